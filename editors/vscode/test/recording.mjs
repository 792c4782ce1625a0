// What a user sees of it, as pictures for tools/recording/workbench.py: recording/NUMBER-MILLISECONDS.png.
import { mkdirSync } from './files.mjs';
import path from 'node:path';
import { CodeServer } from './codeServer.mjs';
import { until, Workbench } from './workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';
const LEGACY = '@shared/workflow/bundle/sortedJson';
const CANONICAL = '@alga-psa/workflows/bundle/sortedJson';
const SIZE = { width: 1000, height: 620 };

export default async function recording({ directory, cache, withProgram, vsix, browser, pictures, copyExample, step }) {
  const folder = copyExample('recording');
  const frames = path.join(pictures, 'recording');
  mkdirSync(frames, { recursive: true });
  const server = new CodeServer(path.join(directory, 'recording-server'), cache);
  if (withProgram === undefined) server.providePython();
  server.install(withProgram ?? vsix);
  server.settings({ 'editor.fontSize': 13, 'workbench.activityBar.compact': true, 'editor.cursorBlinking': 'solid', 'editor.stickyScroll.enabled': false });
  await server.start();
  const window = await Workbench.open(server, browser, { folder, file: EVENTS, pictures, size: SIZE });
  const { page } = window;
  let number = 0;
  const show = async (seconds) => {
    await page.waitForTimeout(400); // what fades in has done so
    await page.screenshot({ path: path.join(frames, `${String(number++).padStart(2, '0')}-${seconds * 1000}.png`) });
  };
  try {
    await window.struckThrough();
    await until('a count', async () => (await window.count()) > 0);
    await page.locator('.codelens-decoration a', { hasText: 'Fix all' }).first().waitFor();
    await page.evaluate(drawPointer);
    await show(2.5);
    await window.hover(LEGACY, 'verified');
    await show(4);
    await window.leaveHover();
    const menu = await window.quickFixes(LEGACY);
    const action = menu.locator('.monaco-list-row.action', { hasText: `Replace with '${CANONICAL}'` }).first();
    await action.hover();
    await show(3);
    await action.click();
    await window.textInEditor(CANONICAL).waitFor();
    await page.mouse.move(900, 400);
    await show(2);
    await page.keyboard.press('Control+s');
    step('a quick fix');
    const row = await window.command('Workflow Imports: Fix All in Workspace');
    await show(2.5);
    await row.click();
    await window.notification('findings fixed in').waitFor();
    await until('the number that is left', async () => (await window.count()) > 0);
    await show(4);
    step('all fixed');
    await window.clearNotifications();
    await window.showLeft(await window.count());
    await show(2.5);
    await window.expand('does not export ./utils/retry');
    await window.expand('invoice-blocked.ts');
    await page.mouse.move(900, 400);
    await show(5);
    step(`${number} pictures`);
  } catch (error) {
    await window.picture('failed-recording').catch(() => {});
    throw error;
  } finally {
    await window.close();
    await server.stop();
  }
}

/** In the page: screenshots have no pointer of their own. */
function drawPointer() {
  const pointer = document.createElement('div');
  pointer.style.cssText =
    'position:fixed;z-index:100000;pointer-events:none;width:14px;height:20px;background:#d0021b;clip-path:polygon(0 0,100% 65%,55% 68%,75% 100%,55% 100%,38% 72%,0 95%)';
  document.body.append(pointer);
  document.addEventListener('mousemove', ({ clientX, clientY }) => {
    pointer.style.left = `${clientX}px`;
    pointer.style.top = `${clientY}px`;
  }, true);
}
