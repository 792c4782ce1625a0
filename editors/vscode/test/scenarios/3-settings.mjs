// What users set: fixing on save, severities, and whether the editor saves what a refactoring changed.
import assert from 'node:assert/strict';
import { readFileSync, readTree, writeFileSync } from '../files.mjs';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';
const SPLIT = 'packages/billing/src/invoice-documents-split.ts';

export default async function settings({ directory, cache, withProgram, vsix, browser, pictures, copyExample, step }) {
  const folder = copyExample('settings');
  const pristine = readTree(folder);
  const onDisk = (file) => readFileSync(path.join(folder, file), 'utf8');
  const server = new CodeServer(path.join(directory, 'settings-server'), cache);
  if (withProgram === undefined) server.providePython();
  server.install(withProgram ?? vsix);
  server.settings({
    'editor.codeActionsOnSave': { 'source.fixAll.workflow-ls': 'explicit' },
    'files.refactoring.autoSave': false,
    'workflow-ls.rules': { 'deprecated-import': 'error' },
  });
  await server.start();
  const window = await Workbench.open(server, browser, { folder, file: EVENTS, pictures });
  const { page } = window;
  try {
    await window.squiggles('error').first().waitFor({ state: 'attached' });
    step('the setting of a rule counts');

    await window.goTo(1);
    await page.keyboard.press('End');
    await page.keyboard.type('!');
    await window.save();
    await until('the file fixed on save', () => !onDisk(EVENTS).includes("'@shared/workflow") && onDisk(EVENTS).includes('one-to-one!'));
    step('fixed on save');

    await window.openFile(SPLIT);
    await until("the lens's click", async () => {
      await window.lens().click({ timeout: 3000 }).catch(() => {});
      return page.locator('.tab.active.dirty').waitFor({ timeout: 5000 }).then(() => true, () => false);
    });
    await window.textInEditor('@alga-psa/workflows/streams').waitFor();
    step("the lens's click fixes the file");

    await window.run('Workflow Imports: Fix All in Workspace');
    const unsaved = window.notification('files are not saved yet');
    await unsaved.waitFor();
    await window.picture('unsaved');
    await unsaved.getByRole('button', { name: 'Save All' }).click();
    const isChanged = (file) => onDisk(file) !== pristine[file];
    await until('the files on disk', () => Object.keys(pristine).filter(isChanged).length > 20);
    await until('all saved', async () => (await page.locator('.tab.dirty').count()) === 0);
    step('where nothing is saved by itself, the user is asked');

    await window.closeEditors();
    writeFileSync(path.join(folder, 'workflow-ls.json'), '// comments are fine\n{ "rules": { "deprecated-import": "loud" } }\n');
    await window.openFile('workflow-ls.json');
    await window.filterProblems('workflow-ls.json');
    const reported = page.locator('.markers-panel .monaco-list-row[aria-level="2"]');
    const once = async (what, text) => {
      writeFileSync(path.join(folder, 'workflow-ls.json'), text);
      let messages = [];
      let last;
      let since = Date.now();
      // The two do not check at the same time: what counts is what stays.
      await until(() => `${what} among ${messages.join('; ')}`, async () => {
        messages = await reported.allInnerTexts();
        const now = messages.join('; ');
        if (now !== last || !messages.some((message) => what.test(message))) since = Date.now();
        last = now;
        return Date.now() - since > 1500;
      });
      // The editor's own check of JSON marks both of two equal keys.
      const sources = messages.map((message) => /\n(jsonc|workflow-ls)\b/.exec(message)?.[1]);
      assert.equal(new Set(sources).size, 1, `reported by one of the two: ${messages.join('; ')}`);
      assert.equal(sources.filter((source) => source === 'workflow-ls').length < 2, true);
    };
    await once(/must be one of/, '// comments are fine\n{ "rules": { "deprecated-import": "loud" }, }\n');
    await once(/expected|Expected/, '{ "rules": { "deprecated-import": "off" }\n');
    await once(/Duplicate/, '{ "rules": {}, "rules": {} }\n');
    await once(/not a key|unknown|no such|key/i, '{ "rule": {} }\n');
    step('a mistake in workflow-ls.json is reported once, also where it is no JSON');
  } catch (error) {
    await window.picture('failed-settings').catch(() => {});
    throw error;
  } finally {
    await window.close();
    await server.stop();
  }
}
