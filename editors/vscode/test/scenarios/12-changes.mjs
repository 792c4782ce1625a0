// What changes around a server that runs: its settings, all at once and often; a folder that nobody may write to; its removal.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { existsSync, mkdirSync, readTree } from '../files.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';

export default async function changes({ directory, cache, withProgram, vsix, browser, pictures, copyExample, step }) {
  const folder = copyExample('changes');
  const server = new CodeServer(path.join(directory, 'changes-server'), cache);
  if (withProgram === undefined) server.providePython();
  server.install(withProgram ?? vsix);
  await server.start();
  let window;
  const open = async (root, file) => {
    window = await Workbench.open(server, browser, { folder: root, file, pictures });
  };
  const mounted = path.join(directory, 'read-only');
  const lens = () => window.page.locator('.codelens-decoration a', { hasText: 'Fix all' });
  try {
    await open(folder, EVENTS);
    await until('a count', async () => (await window.count()) > 0, 240_000);
    const total = await window.count();
    await lens().first().waitFor({ timeout: 60_000 });

    // Settings, while it runs.
    server.machineSettings({ 'workflow-ls.codeLens': false });
    await lens().first().waitFor({ state: 'detached', timeout: 30_000 });
    server.machineSettings({ 'workflow-ls.rules': { 'deprecated-import': 'off' } });
    await until('fewer', async () => (await window.count()) < total, 60_000);
    server.machineSettings({ 'workflow-ls.rules': { 'deprecated-import': 'loud', 'no-such-rule': 'error' } });
    await window.waitForCount(total);
    await lens().first().waitFor({ timeout: 30_000 });
    server.machineSettings({ 'workflow-ls.workspaceDiagnostics': false });
    await until('the label of the count of open files', async () => /in open files/.test(await window.status().innerText().catch(() => '')), 60_000);
    // What the server says of the open file may come after the label.
    let inOpenFiles;
    await until(() => `some of the ${total} findings, in open files, and not ${inOpenFiles}`, async () => {
      inOpenFiles = await window.count();
      return inOpenFiles > 0 && inOpenFiles < total;
    });
    server.machineSettings({});
    await window.waitForCount(total);
    assert(!/in open files/.test(await window.status().innerText()));
    step(`settings that change while it runs: ${inOpenFiles} in open files, ${total} in all, and nothing is started anew`);
    assert.equal(server.log().split('The server is running').length, 2, 'no restart was needed');

    // A file that was never saved.
    server.machineSettings({ 'files.defaultLanguage': 'typescript' });
    await window.page.waitForTimeout(1000);
    await window.run('File: New Untitled Text File');
    await window.page.locator('.tab.active', { hasText: 'Untitled-1' }).waitFor({ timeout: 30_000 });
    await window.page.keyboard.type("import sortedJson from '@shared/workflow/bundle/sortedJson");
    await window.page.keyboard.press('End');
    await window.struckThrough();
    const menu = await window.quickFixes('@shared/workflow/bundle/sortedJson');
    await window.picture('untitled');
    await menu.locator('.monaco-list-row.action', { hasText: "Replace with '@alga-psa/workflows/bundle/sortedJson'" }).first().click();
    await window.textInEditor('@alga-psa/workflows/bundle/sortedJson').waitFor({ timeout: 20_000 });
    assert.equal(await window.count(), total, 'it is no file of the workspace');
    await window.run('View: Revert and Close Editor');
    await lens().first().waitFor({ timeout: 30_000 });
    step('a file that was never saved: found, and fixed');

    // Off and on, faster than it starts.
    for (let times = 0; times < 6; times++) {
      server.machineSettings({ 'workflow-ls.enable': times % 2 === 1 });
      await window.page.waitForTimeout(250);
    }
    await window.waitForCount(total);
    await until('one server', () => server.languageServers().length === 1);
    assert.equal(await window.page.locator('.notifications-toasts .notification-list-item').count(), 0, 'nothing is said');
    step('switched off and on, fast: one server, the same count');
    await window.close();

    // A folder that nobody may write to.
    mkdirSync(mounted);
    const bound = ['--bind', '-o remount,ro,bind'].map((how) => spawnSync('mount', [...how.split(' '), ...(how === '--bind' ? [folder] : []), mounted]));
    if (bound.some(({ status }) => status !== 0)) step('SKIPPED: only root can make a folder that nobody may write to');
    else {
      const before = readTree(folder);
      await open(mounted, EVENTS);
      await window.waitForCount(total);
      await window.run('Workflow Imports: Fix All in Workspace');
      await until('what became of it', async () => (await window.page.locator('.notifications-toasts .notification-list-item').count()) > 0, 60_000);
      await window.page.waitForTimeout(1500);
      await window.picture('read-only');
      await window.notification('Failed to save').waitFor({ timeout: 30_000 });
      assert.deepEqual(readTree(folder), before);
      assert.equal(server.languageServers().length, 1, 'the server lives');
      step('a read-only folder: the editor says what it could not save, the disk is as before, and the server lives');
      await window.close();
    }

    // It is removed while a window shows a folder, and another is opened then.
    await open(folder, EVENTS);
    await window.waitForCount(total);
    server.uninstall();
    await window.close();
    await server.stop();
    await server.start();
    await open(folder, EVENTS);
    await window.page.waitForTimeout(3000);
    assert.deepEqual(server.languageServers(), []);
    assert.equal(await window.status().count(), 0);
    assert.equal(await window.page.locator('.notifications-toasts .notification-list-item').count(), 0, 'nothing is said');
    await until('what it kept to be gone', () => !existsSync(server.storage), 30_000);
    step('removed: no server, no status, no word, and what it kept is gone');
  } catch (error) {
    await window?.picture('failed-changes').catch(() => {});
    console.log(server.log().split('\n').slice(-20).join('\n'));
    throw error;
  } finally {
    await window?.close();
    await server.stop();
    spawnSync('umount', [mounted]);
  }
}
