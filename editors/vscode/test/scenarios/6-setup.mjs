// Where the extension starts, where it does not, and what is said when its server can't be set up.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';
const FAILED = 'Workflow Imports could not set up its server';

export default async function setup({ directory, cache, vsix, browser, pictures, copyExample, step }) {
  const folder = copyExample('setup');
  const other = path.join(directory, 'setup/other');
  mkdirSync(other, { recursive: true });
  writeFileSync(path.join(other, 'main.ts'), "import { x } from './x';\n");
  // No configuration, and no package: the legacy tree alone.
  const bare = path.join(directory, 'setup/bare');
  mkdirSync(path.join(bare, 'shared/workflow'), { recursive: true });
  writeFileSync(path.join(bare, 'shared/workflow/types.ts'), 'export type T = 1;\n');
  writeFileSync(path.join(bare, 'main.ts'), "import type { T } from '@shared/workflow/types';\nexport type U = T;\n");

  const server = new CodeServer(path.join(directory, 'setup-server'), cache);
  server.install(vsix);
  let window;
  const open = async (root, file) => {
    window = await Workbench.open(server, browser, { folder: root, file, pictures });
  };
  const close = async () => {
    await window?.close();
    window = undefined;
  };
  try {
    await server.start();

    // A project that has nothing to do with it.
    await open(other, 'main.ts');
    await until('the question to the extension', () => server.activations() > 0);
    await window.page.waitForTimeout(3000);
    assert.equal(server.log(), '', 'it does not start');
    assert.equal(await window.status().count(), 0);
    assert.equal(await window.notification('Workflow').count(), 0);
    step('a project without workflow modules: nothing runs, nothing is said');
    await close();

    // One message, and not the same in the next window.
    await open(bare, 'main.ts');
    await window.notification('needs Python 3.10 or newer').waitFor();
    step('the legacy tree is a reason to start; without Python, one message');
    await close();
    await open(folder, EVENTS);
    await until('the status bar says so', async () => /Workflow Imports/.test(await window.status().innerText().catch(() => '')));
    await window.page.waitForTimeout(3000);
    assert.equal(await window.notification('needs Python').count(), 0, 'the same message in the next window');
    step('the next window says it in the status bar only');

    // A Python of a setting.
    server.machineSettings({ 'workflow-ls.python': '~/no-python' });
    const wrong = window.notification('workflow-ls.python does not name a Python 3.10 or newer that runs: there is no such program');
    await wrong.waitFor();
    assert.equal(await wrong.getByRole('button', { name: 'Open Settings' }).count(), 1);
    step('a Python in the settings that is none: one message');

    // Without network, and through a proxy that refuses.
    const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim();
    server.machineSettings({ 'workflow-ls.python': python });
    server.settings({ 'http.proxy': 'http://127.0.0.1:9' });
    await close();
    await server.stop();
    for (const name of Object.keys(process.env).filter((name) => /^PIP_|_PROXY$/i.test(name))) server.variables[name] = undefined;
    Object.assign(server.variables, { PIP_CONFIG_FILE: '/dev/null', PIP_INDEX_URL: 'https://packages.invalid/simple', PIP_NO_CACHE_DIR: '1' });
    await server.start();
    await open(folder, EVENTS);
    const proxy = window.notification('the proxy did not let it through');
    await proxy.waitFor();
    assert.match(await proxy.innerText(), new RegExp(FAILED));
    assert.equal(await proxy.locator('.monaco-button').count(), 1, 'one action');
    await window.picture('proxy');
    step('a proxy that refuses: one message, one action');
    const attempts = () => server.log().split('Installing workflow_ls').length;
    const made = attempts();
    await proxy.getByRole('button', { name: 'Try Again' }).click();
    await until('another attempt', () => attempts() > made);
    step('Try Again does');
    await close();
    server.settings({});
    await open(folder, EVENTS);
    const network = window.notification('the package index could not be reached');
    await network.waitFor();
    assert.equal(await network.locator('.monaco-button').count(), 1, 'one action');
    step('without network: one message, one action');
    await window.clearNotifications();

    // uv, where there is no Python.
    const uv = path.join(directory, 'setup-server/bin/uv');
    writeFileSync(uv, '#!/bin/sh\necho "error: Failed to fetch: `https://pypi.org/simple/pygls/`" >&2\nexit 2\n', { mode: 0o755 });
    server.machineSettings({});
    await window.logged('which brings a Python of its own');
    await window.notification('the package index could not be reached').waitFor();
    step('without Python, but with uv: it is used');

    // Off and on.
    server.machineSettings({ 'workflow-ls.enable': false });
    await until('no status', async () => (await window.status().count()) === 0);
    assert.deepEqual(server.languageServers(), []);
    await window.run('Workflow Imports: Show Status');
    const off = window.notification('Workflow Imports is switched off');
    await off.waitFor();
    assert.equal(await off.getByRole('button', { name: 'Enable' }).count(), 1);
    step('switched off: no server, no status; a command says so');
    await window.clearNotifications();
    const { server: described } = (await window.debugInformation()).information;
    assert.deepEqual([described.enabled, described.state], [false, 'stopped']);
    assert.equal(await window.notification('switched off').count(), 0, 'nothing more is asked');
    step('Copy Debug Information says that it is switched off');

    // A configuration.
    await close();
    await open(other, 'main.ts');
    await window.run('Workflow Imports: Create workflow-ls.json');
    await window.shown('workflow-ls.json');
    assert(existsSync(path.join(other, 'workflow-ls.json')));
    assert.equal(await window.squiggles('warning').count() + (await window.squiggles('error').count()), 0);
    await window.goTo(3, 13); // between the braces
    const keys = window.page.locator('.suggest-widget.visible .monaco-list-row');
    // Until the JSON server of the editor has read the schema, words of the file are offered.
    await until('the keys', async () => {
      await window.page.keyboard.press('Escape');
      await window.page.keyboard.press('Control+Space');
      return keys.filter({ hasText: 'core-imports-ee' }).first().waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    await window.picture('configuration');
    step('Create workflow-ls.json, with its keys offered');
  } catch (error) {
    await window?.picture('failed-setup').catch(() => {});
    console.log(server.log().split('\n').slice(-40).join('\n'));
    throw error;
  } finally {
    await close();
    await server.stop();
  }
}
