// The server is killed: once, while it works, and again and again.
import assert from 'node:assert/strict';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';

export default async function crash({ directory, cache, withProgram, vsix, browser, pictures, copyExample, step }) {
  const folder = copyExample('crash');
  const server = new CodeServer(path.join(directory, 'crash-server'), cache);
  if (withProgram === undefined) server.providePython();
  server.install(withProgram ?? vsix);
  await server.start();
  const window = await Workbench.open(server, browser, { folder, file: EVENTS, pictures });
  const { page } = window;
  const running = async (but) => {
    await until('a server', () => server.languageServers().some((one) => one !== but));
    return server.languageServers().find((one) => one !== but);
  };
  try {
    const before = await window.counted();
    await window.showLeft(before);
    await window.run('Problems: Focus on Problems View');
    const problems = page.locator('.markers-panel .monaco-list-row');
    await problems.first().waitFor();

    // Once: all comes back, and nothing is said.
    const first = await running();
    process.kill(first, 'SIGKILL');
    await running(first);
    await window.waitForCount(before);
    await problems.first().waitFor();
    await window.struckThrough();
    assert.equal(await window.notification('ended').count(), 0, 'a crash that is over is nobody’s business');
    step(`killed once: ${before} in the status bar and in Problems again, without a word`);
    await window.run('View: Toggle Panel Visibility');
    await window.showLeft(before);
    step('commands work');

    // What is still on the screen while the server is away goes to the next one.
    const hover = await window.hover('@shared/workflow/bundle/sortedJson', 'verified');
    const ended = () => server.log().split('The server ended').length;
    const times = ended();
    process.kill(await running(), 'SIGKILL');
    await until('the end of the server', () => ended() > times);
    await hover.locator('a', { hasText: 'Replace with' }).first().click();
    await window.textInEditor('@alga-psa/workflows/bundle/sortedJson').waitFor();
    assert.equal(await window.notification('not found').count(), 0);
    await window.undoHere();
    await window.waitForCount(before);
    step('a link in a hover works while the server is started again');

    // Again and again: one message, one action, and no spinner.
    let last = await running();
    const message = window.notification('not started again by itself');
    for (let times = 0; times < 12 && !(await message.isVisible()); times++) {
      process.kill(last, 'SIGKILL');
      const dead = last;
      await until('the next server, or the message', async () => server.languageServers().some((one) => one !== dead) || (await message.isVisible()));
      last = server.languageServers().find((one) => one !== dead) ?? last;
    }
    await message.waitFor();
    await page.getByText('The server of Workflow Imports is not running.').waitFor();
    await window.picture('crashed');
    assert.equal(await page.locator('.notifications-toasts .notification-list-item').count(), 1, 'one message');
    assert.equal(await message.locator('.monaco-button').count(), 1, 'one action');
    assert.equal(await window.status().locator('.codicon-sync').count(), 0, 'the status bar does not spin');
    assert.deepEqual(server.languageServers(), []);
    step('killed often: one message, one action');
    await message.getByRole('button', { name: 'Restart' }).click();
    await window.waitForCount(before);
    step(`Restart: ${before} in the status bar`);

    // With a command on its way: it is started again, and the user sees what to do.
    process.kill(await running(), 'SIGSTOP');
    const { information } = await window.debugInformation();
    assert.match(information.server.problem, /^The server did not answer within \d+ seconds\.$/);
    step('Copy Debug Information says that the server hangs');
    await window.run('Workflow Imports: Fix All in Workspace');
    // It is on its way once its progress is shown.
    await window.notification('fixing the workspace').waitFor();
    process.kill(await running(), 'SIGKILL');
    const again = window.notification('ended before it answered');
    await again.waitFor();
    await again.getByRole('button', { name: 'Try Again' }).click();
    await until('fixed', async () => {
      const count = await window.count();
      return count !== undefined && count < before;
    });
    step('killed while it fixes: one message, and done by Try Again');
  } catch (error) {
    await window.picture('failed-crash').catch(() => {});
    console.log(server.log().split('\n').slice(-40).join('\n'));
    throw error;
  } finally {
    for (const one of server.languageServers()) process.kill(one, 'SIGKILL');
    await window.close();
    await server.stop();
  }
}
