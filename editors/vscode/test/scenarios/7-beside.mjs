// Beside the editor's own extension for TypeScript, with all it knows, and in a dark theme.
import assert from 'node:assert/strict';
import { writeFileSync } from '../files.mjs';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';
const TYPED = 'packages/billing/src/typed.ts';
const LEGACY = '@shared/workflow/bundle/sortedJson';

export default async function beside({ directory, cache, withProgram, vsix, browser, pictures, copyExample, step }) {
  const folder = copyExample('beside');
  writeFileSync(path.join(folder, TYPED), "import type { WorkflowEvent } from '@alga-psa/workflows/types';\n\n\nexport type Typed = WorkflowEvent;\n");
  const server = new CodeServer(path.join(directory, 'beside-server'), cache);
  if (withProgram === undefined) server.providePython();
  server.install(withProgram ?? vsix);
  server.settings({
    'typescript.validate.enable': true,
    'javascript.validate.enable': true,
    'typescript.tsserver.useSyntaxServer': 'auto',
    'workbench.colorTheme': 'Default Dark Modern',
  });
  await server.start();
  const window = await Workbench.open(server, browser, { folder, file: EVENTS, pictures });
  const { page } = window;
  const peeked = page.locator('.peekview-widget');
  try {
    await window.struckThrough();
    // TypeScript knows what the names mean.
    const known = await window.hover('sortedJson', /function sortedJson|const sortedJson/);
    assert.match(await known.innerText(), /sortedJson/);
    await window.leaveHover();
    step('TypeScript and the server both know the file');

    const both = await window.hover(LEGACY, 'verified');
    // The parts of a hover come one after the other; its bar says "Checking for quick fixes…" first.
    await both.locator('a', { hasText: 'Replace with' }).filter({ visible: true }).first().waitFor();
    await both.getByText(/^Quick Fix/).filter({ visible: true }).first().waitFor();
    const shown = await both.innerText();
    assert.equal(shown.split('@alga-psa/workflows/bundle/sortedJson').length - 1, 2, `the target, and the link that writes it: ${shown}`);
    await window.picture('hover-dark');
    await window.leaveHover();
    assert.equal(await page.locator('.editor-instance .detected-link').count(), 0, 'no specifier is underlined for good');
    step('nothing is underlined');

    const [x, y] = await window.placeOf(LEGACY);
    await page.mouse.click(x, y);
    await page.keyboard.press('F12');
    await until('the one definition', async () => (await peeked.count()) > 0 || (await page.locator('.tab.active[data-resource-name^="sortedJson"]').count()) > 0);
    assert.equal(await peeked.count(), 0, 'one definition, and no list');
    step('one definition of a legacy specifier');
    await window.closeEditors();

    await window.openFile(TYPED);
    const [tx, ty] = await window.placeOf('@alga-psa/workflows/types');
    await page.mouse.click(tx, ty);
    await page.keyboard.press('F12');
    await until('the one definition', async () => (await peeked.count()) > 0 || (await page.locator('.tab.active[data-resource-name="index.ts"]').count()) > 0);
    assert.equal(await peeked.count(), 0, 'one definition, and no list');
    step('one definition of a canonical specifier');
    await window.openFile(TYPED);

    // What TypeScript can't know: where a legacy module went.
    await window.goTo(2);
    await page.keyboard.type("import {} from '@shared/workflow/bundle/");
    const offered = page.locator('.suggest-widget.visible .monaco-list-row');
    const ours = offered.filter({ hasText: '@alga-psa/workflows/bundle/sortedJson' });
    await until('the new specifier among the completions', async () => {
      if (await ours.first().isVisible()) return true;
      await page.keyboard.press('Control+Space');
      return ours.first().waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    assert.match(await ours.first().innerText(), /workflow-ls/, 'it says whose it is');
    await window.picture('completion');
    step('completion of a legacy specifier: where it went, and by whom');
    await page.keyboard.press('Escape');
    for (let times = 0; times < 24; times++) await page.keyboard.press('Backspace'); // @shared/workflow/bundle/
    await page.keyboard.type('@alga-psa/workflows/');
    await until('completions of TypeScript', async () => {
      if (await offered.filter({ hasText: 'runtime' }).first().isVisible()) return true;
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Space');
      return offered.filter({ hasText: 'runtime' }).first().waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    const texts = await offered.allInnerTexts();
    assert.equal(texts.filter((text) => /runtime/.test(text)).length, new Set(texts.filter((text) => /runtime/.test(text))).size);
    assert.deepEqual(texts.filter((text) => /workflow-ls|@alga-psa/.test(text)), [], 'what is canonical is completed once, by TypeScript');
    step('completion of a canonical specifier is TypeScript’s');
    await page.keyboard.press('Escape');

    // While it is typed, it is not wrong.
    await window.filterProblems('ru` does not resolve');
    const wrong = page.locator('.markers-panel .monaco-list-row', { hasText: '`@alga-psa/workflows/ru` does not resolve' });
    await window.goTo(2);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft'); // the closing quote came by itself
    await page.keyboard.type('r', { delay: 100 });
    await page.keyboard.press('Escape');
    await page.keyboard.type('u', { delay: 100 });
    await page.keyboard.press('Escape');
    // It counts as typed two seconds after the last key.
    for (const typed = Date.now(); ; await page.waitForTimeout(100)) {
      const shown = await wrong.count();
      if (Date.now() - typed > 1500) break;
      assert.equal(shown, 0, 'an error while it is typed');
    }
    await page.keyboard.press('ArrowDown');
    await wrong.first().waitFor({ state: 'attached' });
    step('an error under a specifier comes once it is typed');
  } catch (error) {
    await window.picture('failed-beside').catch(() => {});
    console.log(server.log().split('\n').slice(-20).join('\n'));
    throw error;
  } finally {
    await window.close();
    await server.stop();
  }
}
