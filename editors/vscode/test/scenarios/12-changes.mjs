// What changes around a server that runs: its settings, all at once and often; a folder that nobody may write to; its removal.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { existsSync, mkdirSync, readTree } from '../files.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';

export default async function changes({ directory, cache, withProgram, vsix, browser, pictures, copyExample, step, detail }) {
  const folder = copyExample('changes');
  const server = new CodeServer(path.join(directory, 'changes-server'), cache);
  if (withProgram === undefined) server.providePython();
  server.install(withProgram ?? vsix);
  server.settings({ 'files.defaultLanguage': 'typescript' });
  await server.start();
  let window;
  const open = async (root, file) => {
    window = await Workbench.open(server, browser, { folder: root, file, pictures });
  };
  const mounted = path.join(directory, 'read-only');
  try {
    await open(folder, EVENTS);
    const total = await window.counted();
    await window.lens().waitFor();

    // Settings, while it runs.
    server.machineSettings({ 'workflow-ls.codeLens': false });
    await window.lens().waitFor({ state: 'hidden' });
    server.machineSettings({ 'workflow-ls.rules': { 'deprecated-import': 'off' } });
    await until('fewer', async () => (await window.count()) < total);
    server.machineSettings({ 'workflow-ls.rules': { 'deprecated-import': 'loud', 'no-such-rule': 'error' } });
    await window.waitForCount(total);
    await window.lens().waitFor();
    server.machineSettings({ 'workflow-ls.workspaceDiagnostics': false });
    let shown;
    await until('the number of open files', async () => / in open files$/.test((shown = await window.statusText())));
    const inOpenFiles = Number.parseInt(shown, 10);
    assert(inOpenFiles > 0 && inOpenFiles < total, `the number is that of its label, from the first moment: ${shown}`);
    server.machineSettings({});
    await until('the number of all files', async () => /^\d+ workflow findings?$/.test((shown = await window.statusText())));
    assert.equal(Number.parseInt(shown, 10), total, 'the number is that of its label, from the first moment');
    step(`settings that change while it runs: ${inOpenFiles} in open files, ${total} in all, and nothing is started anew`);
    assert.equal(server.log().split('The server is running').length, 2, 'no restart was needed');

    // A file that was never saved.
    await window.run('File: New Untitled Text File');
    await window.page.locator('.tab.active', { hasText: 'Untitled-1' }).waitFor();
    await window.page.keyboard.type("import sortedJson from '@shared/workflow/bundle/sortedJson");
    await window.page.keyboard.press('End');
    await window.struckThrough();
    await window.quickFixes('@shared/workflow/bundle/sortedJson');
    await window.picture('untitled');
    await window.quickFix('@shared/workflow/bundle/sortedJson', "Replace with '@alga-psa/workflows/bundle/sortedJson'", window.textInEditor('@alga-psa/workflows/bundle/sortedJson'));
    assert.equal(await window.count(), total, 'it is no file of the workspace');
    await window.run('View: Revert and Close Editor');
    await window.lens().waitFor();
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
    if (detail('a folder that nobody may write to')) {
      mkdirSync(mounted);
      const bound = ['--bind', '-o remount,ro,bind'].map((how) => spawnSync('mount', [...how.split(' '), ...(how === '--bind' ? [folder] : []), mounted]));
      if (bound.some(({ status }) => status !== 0)) step('SKIPPED: only root can make a folder that nobody may write to');
      else {
        const before = readTree(folder);
        await open(mounted, EVENTS);
        await window.waitForCount(total);
        await window.run('Workflow Imports: Fix All in Workspace');
        await until('what became of it', async () => (await window.page.locator('.notifications-toasts .notification-list-item').count()) > 0);
        await window.page.waitForTimeout(1500);
        await window.picture('read-only');
        await window.notification('Failed to save').waitFor();
        assert.deepEqual(readTree(folder), before);
        await until('one server, which lives', () => server.languageServers().length === 1);
        step('a read-only folder: the editor says what it could not save, the disk is as before, and the server lives');
        await window.close();
      }
    }

    // It is removed while a window shows a folder, and another is opened then.
    if (detail('removed while a window shows a folder')) {
      await open(folder, EVENTS);
      await window.waitForCount(total);
      server.uninstall();
      await window.close();
      await server.stop();
      await server.start();
      await open(folder, EVENTS);
      await window.page.waitForTimeout(3000);
      await until('no server', () => server.languageServers().length === 0);
      assert.equal(await window.status().count(), 0);
      assert.equal(await window.page.locator('.notifications-toasts .notification-list-item').count(), 0, 'nothing is said');
      await until('what it kept to be gone', () => !existsSync(server.storage));
      step('removed: no server, no status, no word, and what it kept is gone');
    }
  } catch (error) {
    await window?.picture('failed-changes').catch(() => {});
    console.log(server.log().split('\n').slice(-20).join('\n'));
    throw error;
  } finally {
    await window?.close();
    await server.stop();
    spawnSync('umount', ['--lazy', mounted]); // an extension host may outlive its window for a moment
  }
}
