// Which folders are a reason to start, wherever they lie: in the monorepo, beside others, added, renamed, in two windows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { readFileSync } from '../files.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';

export default async function folders({ directory, cache, withProgram, vsix, browser, pictures, copyExample, step, detail }) {
  const make = (name, files) => {
    for (const [file, text] of Object.entries(files)) {
      const place = path.join(directory, 'folders', name, file);
      mkdirSync(path.dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
    return path.join(directory, 'folders', name);
  };
  const server = new CodeServer(path.join(directory, 'folders-server'), cache);
  if (withProgram === undefined) server.providePython();
  server.install(withProgram ?? vsix);
  await server.start();
  const windows = [];
  const open = async (folder, file) => {
    const window = await Workbench.open(server, browser, { folder, file, pictures });
    windows.push(window);
    return window;
  };
  const close = async () => {
    for (const window of windows.splice(0)) await window.close();
  };
  /** Open a file of a folder that is no reason to start: the editor calls the extension, which does nothing. */
  const openAsleep = async (folder, file) => {
    const [activations, log] = [server.activations(), server.log()];
    const window = await open(folder, file);
    await until('the question to the extension', () => server.activations() > activations);
    await window.page.waitForTimeout(3000);
    assert.equal(server.log(), log, 'it does not start');
    assert.equal(await window.status().count(), 0);
    assert.equal(await window.notification('Workflow').count(), 0);
    return window;
  };
  try {
    // Projects that have nothing to do with it: alone, below such a folder's namesake, and beside a repository of its own.
    const other = make('other', { 'main.ts': "import { x } from './x';\n", 'tsconfig.json': '{}', 'package.json': '{}', 'a.vue': '<script>\n</script>\n' });
    let window = await openAsleep(other, 'main.ts');
    await window.openFile('tsconfig.json');
    assert.equal(server.log(), '', 'it does not start');
    assert.deepEqual(server.languageServers(), []);
    step('TypeScript and JSON of another project: nothing runs, nothing is said');

    // A configuration that appears.
    writeFileSync(path.join(other, 'workflow-ls.json'), '{}');
    await window.logged('The server is running');
    step('a workflow-ls.json that appears starts it');
    await close();

    // Another repository inside of the folder of a monorepo is none of it.
    if (detail('a repository of its own below a monorepo')) {
      make('outer', { 'shared/workflow/types.ts': 'export type T = 1;\n', 'package.json': '{ "workspaces": ["packages/*"] }' });
      const inner = make('outer/checkouts/own', { '.git/HEAD': 'ref: refs/heads/main\n', 'src/main.ts': 'export {};\n' });
      window = await openAsleep(path.join(inner, 'src'), 'main.ts');
      step('a repository of its own below a monorepo: nothing runs');
      await close();
    }

    // Folders inside of the monorepo: by its configuration, and by the legacy tree alone.
    const monorepo = copyExample('folders');
    if (detail('a folder inside of the monorepo, as in 8-left')) {
      window = await open(path.join(monorepo, 'packages/billing/src'), 'invoice-events.ts');
      await window.struckThrough();
      const inside = await window.counted();
      assert.equal(await window.page.locator('.notifications-toasts .notification-list-item').count(), 0, 'nothing had to be said');
      step(`a folder inside of the monorepo starts it: ${inside} findings of that folder`);
      await close();
    }
    if (detail('a folder inside of a monorepo that has nothing but the legacy tree')) {
      const app = make('outer/packages/app/src', { 'app.ts': "import type { T } from '@shared/workflow/types';\nexport type U = T;\n" });
      window = await open(app, 'app.ts');
      await window.struckThrough();
      step('so does one whose monorepo has nothing but the legacy tree');
      await close();
    }

    // Several folders in a window: one of them has a reason; then another is added.
    const workspace = path.join(directory, 'folders/all.code-workspace');
    const compose = (...paths) => writeFileSync(workspace, JSON.stringify({ folders: paths.map((each) => ({ path: each })) }));
    const quiet = make('quiet', { 'main.ts': 'export {};\n' });
    const third = copyExample('folders-third');
    compose(quiet);
    window = await openAsleep(workspace, path.join(quiet, 'main.ts'));
    compose(quiet, monorepo);
    const one = await window.counted();
    step(`a monorepo that is added to a window starts it: ${one}`);
    compose(quiet, monorepo, third);
    await window.waitForCount(2 * one);
    await window.showLeft(2 * one);
    step(`and another one: ${2 * one} in the status bar and in the view`);
    // A setting of one of them is for that one.
    const own = path.join(third, '.vscode/settings.json');
    mkdirSync(path.dirname(own));
    writeFileSync(own, JSON.stringify({ 'workflow-ls.rules': { 'deprecated-import': 'off' } }));
    let fewer;
    await until('fewer in one of the folders', async () => (fewer = await window.count()) < 2 * one);
    assert(fewer > one, `in one of the folders only: ${fewer}`);
    await window.waitForLeft(fewer);
    writeFileSync(own, '{}');
    await window.waitForCount(2 * one);
    step(`a setting of one folder: ${fewer}`);
    compose(quiet, third);
    await window.waitForCount(one);
    await window.waitForLeft(one);
    step(`one that is taken away takes its findings along: ${one}`);
    await close();

    // Two windows show one folder: what one of them changes, the other one knows.
    if (detail('two windows that show one folder')) {
      const first = await open(third, EVENTS);
      const second = await open(third, EVENTS);
      assert.equal(await first.counted(), one);
      assert.equal(await second.counted(), one);
      await first.run('Workflow Imports: Fix All in Workspace');
      const left = Number(/; (\d+) left/.exec(await first.notification('fixed in').innerText())[1]);
      await first.saveAll();
      await first.waitForCount(left);
      await second.waitForCount(left);
      const check = () => JSON.parse(spawnSync(/Starting (\S+(?: -I -m workflow_ls)?) serve/.exec(server.log())[1] + ` check ${third} --format json`, { shell: true, encoding: 'utf8', maxBuffer: 1e8 }).stdout).diagnostics.length;
      assert.equal(check(), left);
      step(`two windows: fixed in one, ${left} in both, and on the command line`);
      await close();
    }

    // The folder is renamed while it is open, and comes back.
    if (detail('the folder is renamed, and back')) {
      window = await open(monorepo, EVENTS);
      assert.equal(await window.counted(), one);
      renameSync(monorepo, `${monorepo}-away`);
      await window.page.waitForTimeout(5000);
      await window.picture('renamed');
      assert.equal(await window.notification('Workflow Imports').count(), 0, 'nothing is said of it');
      // Those of the windows before end in their own time.
      await until('one server, which lives', () => server.languageServers().length === 1);
      renameSync(`${monorepo}-away`, monorepo);
      await window.run('Workflow Imports: Restart Server');
      await window.waitForCount(one);
      assert.equal(readFileSync(path.join(monorepo, EVENTS), 'utf8').includes('@shared/workflow'), true);
      step('the folder is renamed, and back: the server lives, and counts the same');
    }
  } catch (error) {
    await windows.at(-1)?.picture('failed-folders').catch(() => {});
    console.log(server.log().split('\n').slice(-20).join('\n'));
    throw error;
  } finally {
    await close();
    await server.stop();
  }
}
