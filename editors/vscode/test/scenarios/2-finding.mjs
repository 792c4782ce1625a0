// Where the server comes from, what an untrusted workspace may run (nothing), and what is said when something is missing.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { until, Workbench } from '../workbench.mjs';

const ALL = { recursive: true, force: true };
const EVENTS = 'packages/billing/src/invoice-events.ts';

export default async function finding({ directory, cache, vsix, browser, pictures, copyExample, step, detail }) {
  const folder = copyExample('finding');
  const server = new CodeServer(path.join(directory, 'finding-server'), cache);
  server.install(vsix);
  let window;
  const open = async (options) => {
    await server.start(options);
    window = await Workbench.open(server, browser, { folder, file: EVENTS, pictures });
  };
  const close = async () => {
    await window?.close();
    await server.stop();
    window = undefined;
  };
  try {
    // No Python at all.
    await open();
    const message = window.notification('needs Python 3.10 or newer, and found none');
    await message.waitFor();
    assert.equal(await message.locator('.monaco-button').count(), 1, 'one action');
    assert.equal(await message.getByRole('button', { name: 'Get Python' }).count(), 1);
    await window.picture('no-python');
    step('without Python: one message, one action');
    assert.match(await window.status().innerText(), /Workflow Imports/);

    // What a bug report needs, without a server.
    const { information: without, message: shownWithout } = await window.debugInformation();
    assert.match(shownWithout, /on the clipboard, without what only the server knows: it did not answer\./);
    assert.match(without.editor.version, /^\d+\.\d+\.\d+/);
    assert(without.editor.platform.startsWith('linux-'));
    const { version } = JSON.parse(readFileSync(path.join(server.installed()[0], 'package.json'), 'utf8'));
    assert.equal(without.extension.version, version);
    assert.match(readFileSync(without.extension.log, 'utf8'), /Looking for workflow-ls on PATH/);
    assert.deepEqual(without.workspace, { folders: [`file://${folder}`], trusted: true });
    assert.equal(without.server.state, 'failed');
    assert.match(without.server.problem, /needs Python 3\.10 or newer, and found none/);
    assert.match(without.server.search.join('\n'), /Looking for workflow-ls on PATH[^]*in the workspace[^]*None found/);
    assert.equal(without.server.answer, undefined);
    step('Copy Debug Information without a server: versions, the log, where it was looked for, and why there is none');
    await window.clearNotifications();

    // A path that is wrong, shown at once, without a restart of the window.
    server.machineSettings({ 'workflow-ls.path': '~/no-such-program' });
    await window.notification('workflow-ls.path does not name a workflow-ls that runs').getByRole('button', { name: 'Open Settings' }).click();
    await window.page.locator('.settings-editor', { hasText: 'workflow-ls' }).waitFor();
    step('a wrong path in the settings: one message, which leads there');
    server.machineSettings({});
    await close();

    // An untrusted workspace that brings programs and settings of its own.
    server.providePython();
    const ran = path.join(directory, 'ran');
    const bait = (file) => {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\necho "$0" >> ${ran}\nexec ${path.join(directory, 'finding-server/bin/real-workflow-ls')} "$@"\n`);
      chmodSync(file, 0o755);
    };
    bait(path.join(folder, '.venv/bin/workflow-ls'));
    bait(path.join(folder, 'tools/workflow-ls'));
    mkdirSync(path.join(folder, '.vscode'));
    writeFileSync(path.join(folder, '.vscode/settings.json'), JSON.stringify({ 'workflow-ls.path': '${workspaceFolder}/tools/workflow-ls' }));
    writeFileSync(path.join(folder, 'workflow_ls.py'), 'raise SystemExit("imported from the workspace")\n');
    await open({ trustEverything: false });
    await window.logged('The server is running');
    await window.struckThrough();
    assert(server.log().includes('The workspace is not trusted'), server.log());
    assert(!existsSync(ran), 'a program of an untrusted workspace was run');
    step('an untrusted workspace: its programs and its path are left alone, and the server of the extension is used');

    // Trusted: the path of its settings counts.
    const environment = /Starting (\S+) -I -m workflow_ls serve/.exec(server.log())[1];
    writeFileSync(path.join(directory, 'finding-server/bin/real-workflow-ls'), `#!/bin/sh\nexec ${environment} -I -m workflow_ls "$@"\n`, { mode: 0o755 });
    await window.run('Workspaces: Manage Workspace Trust');
    await window.page.locator('.workspace-trust-editor').getByRole('button', { name: /^Trust/ }).first().click();
    await window.logged(`Starting ${folder}/tools/workflow-ls serve`);
    step('once trusted, the path in its settings is used');

    // Without the setting: its virtual environment, and before that PATH.
    writeFileSync(path.join(folder, '.vscode/settings.json'), '{}');
    await window.logged(`Starting ${folder}/.venv/bin/workflow-ls serve`);
    step('without that, its virtual environment');
    bait(path.join(directory, 'finding-server/bin/workflow-ls'));
    await window.run('Workflow Imports: Restart Server');
    await window.logged(`Starting ${directory}/finding-server/bin/workflow-ls serve`);
    await until('the server', async () => (await window.count()) > 0);
    step('before that, PATH; Restart Server');

    // An environment that is broken is made anew.
    if (detail('a broken environment is made anew')) {
      await close();
      for (const name of ['.venv', 'tools', '.vscode']) rmSync(path.join(folder, name), ALL);
      rmSync(path.join(directory, 'finding-server/bin/workflow-ls'), ALL);
      rmSync(path.join(path.dirname(path.dirname(environment)), 'lib'), ALL);
      await open();
      await window.logged('the one that is there is broken');
      await until('the server', async () => (await window.count()) > 0);
      step('a broken environment is made anew');
      await window.clearNotifications();
      const { information, copied, message: shownWith } = await window.debugInformation();
      assert.match(shownWith, /on the clipboard\./);
      assert.deepEqual(information.server.started, [environment, '-I', '-m', 'workflow_ls', 'serve']);
      assert.match(information.server.search.join('\n'), /the one that is there is broken/);
      assert.equal(information.server.state, 'running');
      assert.equal(information.server.problem, undefined);
      assert.equal(information.server.answer.versions['workflow-ls'], version);
      assert.equal(information.server.answer.roots[0].root, `file://${folder}`);
      assert.equal(await window.page.locator('.notifications-toasts .notification-list-item').count(), 1, 'one message');
      assert(copied.length < 65_536, `an issue of GitHub takes 65536 characters, and these are ${copied.length}`);
      step(`Copy Debug Information with the server's account of itself: ${copied.length} characters`);
    }
  } catch (error) {
    await window?.picture('failed-finding').catch(() => {});
    console.log(server.log().split('\n').slice(-40).join('\n'));
    throw error;
  } finally {
    await close();
  }
}
