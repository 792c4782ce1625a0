// What is left as a tree; the preview of all fixes; files outside of the opened folder; the pages of the rules.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readTree, rmSync, writeFileSync } from '../files.mjs';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';

export default async function left({ directory, cache, withProgram, vsix, browser, pictures, copyExample, step }) {
  const folder = copyExample('left');
  const pristine = readTree(folder);
  const server = new CodeServer(path.join(directory, 'left-server'), cache);
  if (withProgram === undefined) server.providePython();
  server.install(withProgram ?? vsix);
  server.settings({ 'workbench.colorTheme': 'Default Dark Modern' });
  await server.start();
  let window;
  const open = async (root, file) => {
    window = await Workbench.open(server, browser, { folder: root, file, pictures });
  };
  /** Fix a copy by the command line that the extension runs; resolves to what is left. */
  const cli = (root) => {
    const [, program] = /Starting (\S+(?: -I -m workflow_ls)?) serve/.exec(server.log());
    const run = (...args) => spawnSync(`${program} ${args.join(' ')}`, { shell: true, encoding: 'utf8', maxBuffer: 1e8 }).stdout;
    run('fix', root);
    return { left: JSON.parse(run('check', root, '--format', 'json')).diagnostics.length };
  };
  const rows = () => window.page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row');
  const sum = async () => (await rows().locator('.label-name').allInnerTexts()).reduce((total, text) => total + Number.parseInt(text, 10), 0);
  try {
    await open(folder, EVENTS);
    const total = await window.counted();
    await window.showLeft(total);
    await until(`groups that hold ${total} together`, async () => (await sum()) === total);
    assert((await rows().count()) < 40, 'groups, and not a row for each finding');
    await window.picture('status-by-cause-dark');
    step(`${total} in the status bar, in the view, and in its groups by cause together`);
    for (const [grouping, row] of [['Package', '@alga-psa/billing'], ['File', path.basename(EVENTS)]]) {
      await window.run(`Workflow Imports: Group by ${grouping}`);
      await window.leftRow(row).waitFor();
    }
    step('by package, and by file');
    await window.expand(path.basename(EVENTS));
    await window.picture('status-dark');
    await window.follow('@shared/workflow/bundle/sortedJson', /Ln 6, Col \d+ \(\d+ selected\)/);
    step('a row leads to its place');

    // It follows what changes.
    await window.run('Workflow Imports: Fix All in File');
    await until('a smaller count', async () => (await window.count()) < total);
    assert((await window.agreed()) < total);
    await window.undoHere();
    await window.waitForCount(total);
    await window.waitForLeft(total);
    await window.saveAll();
    await window.run('Workflow Imports: Group by Cause');
    step('it follows a fix, and an undo');

    // The preview: discarded, then applied.
    await window.run('Workflow Imports: Preview Fix All in Workspace');
    const apply = window.page.getByRole('button', { name: 'Apply' }).first();
    await apply.waitFor();
    await until('the changes', async () => (await window.page.locator('.bulk-edit-panel .monaco-list-row').count()) > 5);
    // Nothing is under way while the user looks.
    await window.notification('looking for what can be fixed').waitFor({ state: 'hidden' });
    await window.picture('preview-dark');
    await window.page.getByRole('button', { name: 'Discard' }).first().click();
    await apply.waitFor({ state: 'hidden' });
    await window.page.waitForTimeout(500);
    assert.equal(await window.notification('Nothing was changed').count(), 0, 'the user knows what was discarded');
    assert.deepEqual(readTree(folder), pristine);
    step('a preview that is discarded changes nothing');
    await window.run('Workflow Imports: Preview Fix All in Workspace');
    await apply.waitFor();
    await until('the changes', async () => (await window.page.locator('.bulk-edit-panel .monaco-list-row').count()) > 5);
    await apply.click();
    const changed = () => {
      const now = readTree(folder);
      return Object.keys(pristine).filter((file) => now[file] !== pristine[file]).length;
    };
    await until('the files on disk', () => changed() > 20);
    const wanted = copyExample('left-cli');
    const fixed = cli(wanted);
    await window.waitForCount(fixed.left);
    await window.waitForLeft(fixed.left);
    const expected = JSON.stringify(readTree(wanted));
    await until('the disk as the command line writes it', () => JSON.stringify(readTree(folder)) === expected);
    step(`a preview that is applied changes ${changed()} files, as the command line does; ${fixed.left} left`);

    // The page of a rule, as a page.
    await window.filterProblems('deprecated-import');
    const problem = window.page.locator('.markers-panel .monaco-list-row', { hasText: 'deprecated-import' }).first();
    await problem.waitFor();
    await problem.locator('a', { hasText: 'deprecated-import' }).first().click({ modifiers: ['Control'] });
    await window.page.locator('.tab.active', { hasText: 'deprecated-import.md' }).waitFor();
    await window.page.frameLocator('iframe.webview').frameLocator('iframe').locator('h1', { hasText: 'deprecated-import' }).waitFor();
    await window.picture('page-dark');
    step('the page of a rule is shown as a page');
    await window.close();

    // A folder of it: one number, and what lies outside only with consent.
    const part = copyExample('left-part');
    const before = readTree(part);
    await open(path.join(part, 'packages/billing/src'), 'invoice-events.ts');
    const count = await window.counted();
    assert(count < total);
    await window.showLeft(count);
    step(`a folder of it: ${count} in the status bar and in the view`);
    const manifest = path.join(part, 'packages/billing/package.json');
    writeFileSync(manifest, JSON.stringify({ ...JSON.parse(before['packages/billing/package.json']), dependencies: {} }, null, 2));
    const undeclared = readTree(part)['packages/billing/package.json'];
    await window.run('Workflow Imports: Restart Server');
    await window.counted();
    await window.run('Workflow Imports: Fix All in Workspace');
    const question = window.notification('1 file outside of the opened folders changes with this: packages/billing/package.json');
    await question.waitFor();
    await window.picture('outside');
    await question.getByRole('button', { name: 'Opened Folders Only' }).click();
    await until('the fix', async () => (await window.notification('fixed in').count()) + (await window.notification('Nothing to fix').count()) > 0);
    assert.equal(readTree(part)['packages/billing/package.json'], undeclared);
    step('a manifest outside is left alone unless the user agrees');
    rmSync(path.join(part, 'workflow-ls.json'));
    await window.run('Workflow Imports: Create workflow-ls.json');
    await window.shown('workflow-ls.json');
    const made = Object.keys(readTree(part)).filter((file) => path.basename(file) === 'workflow-ls.json');
    assert.deepEqual(made, ['workflow-ls.json'], 'at the root of the monorepo, not in the folder');
    await window.clearNotifications();
    await window.agreed();
    await window.goTo(3, 13);
    const keys = window.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'core-imports-ee' });
    // Until the JSON server of the editor has read the schema, words of the file are offered.
    await until('the keys', async () => {
      await window.page.keyboard.press('Escape');
      await window.page.keyboard.press('Control+Space');
      return keys.first().waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    await window.picture('configuration-dark');
    const left = await window.counted();
    writeFileSync(path.join(part, 'workflow-ls.json'), '{ "rules": { "deprecated-import": "off" } }');
    await until('a smaller count', async () => (await window.count()) < left);
    step('Create workflow-ls.json creates it at the root of the monorepo, where it counts');
    await window.close();
    window = undefined;
    await server.stop();

    // Nothing of it is left behind.
    assert(existsSync(server.storage));
    const [extension] = server.installed();
    const { status, stderr } = spawnSync(process.execPath, ['./out/uninstall.js'], { cwd: extension, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert(!existsSync(server.storage), 'what the extension kept is gone');
    step('uninstalled: what it kept is gone');
  } catch (error) {
    await window?.picture('failed-left').catch(() => {});
    console.log(server.log().split('\n').slice(-20).join('\n'));
    throw error;
  } finally {
    await window?.close();
    await server.stop();
  }
}
