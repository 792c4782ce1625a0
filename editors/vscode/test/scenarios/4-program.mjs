// The .vsix of this platform, where there is no Python and no network: from its installation to a fixed file.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readTree } from '../files.mjs';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';

export default async function program({ directory, cache, withProgram, browser, pictures, copyExample, step }) {
  if (withProgram === undefined) {
    step('SKIPPED: the .vsix of this platform was not built (make program, then npm run package -- --program)');
    return;
  }
  const folder = copyExample('program');
  const pristine = readTree(folder);
  const server = new CodeServer(path.join(directory, 'program-server'), cache);
  assert(!readdirSync(path.join(server.directory, 'bin')).some((name) => name.startsWith('python')));
  server.install(withProgram);
  await server.start();
  const window = await Workbench.open(server, browser, { folder, file: EVENTS, pictures });
  const { page } = window;
  try {
    await window.logged('The server is running');
    assert.match(server.log(), /Starting \S+\/server\/program\/workflow-ls serve/);
    assert.deepEqual(readdirSync(server.storage), [], 'nothing is set up');
    step('the program that the .vsix carries runs');
    await window.struckThrough();
    await window.quickFix('@shared/workflow/bundle/sortedJson', "Replace with '@alga-psa/workflows/bundle/sortedJson'", window.textInEditor('@alga-psa/workflows/bundle/sortedJson'));
    await window.save();
    const fixed = pristine[EVENTS].replace("'@shared/workflow/bundle/sortedJson'", "'@alga-psa/workflows/bundle/sortedJson'");
    await until('the quick fix on disk', () => readFileSync(path.join(folder, EVENTS), 'utf8') === fixed);
    step('a quick fix is on disk');
    await window.run('Workflow Imports: Fix All in File');
    // It is saved by itself where the fix edits another file, too.
    await until('the file fixed', () => !readFileSync(path.join(folder, EVENTS), 'utf8').includes("'@shared/workflow"));
    step('Fix All in File');
    const output = path.join(directory, 'program-version');
    await window.run('Terminal: Create New Terminal');
    await page.locator('.terminal-wrapper .xterm-screen').first().waitFor();
    const isPrinted = () => existsSync(output) && readFileSync(output, 'utf8').startsWith('workflow-ls ');
    await until('the program in a terminal', async () => {
      // What is typed before the shell is there may be lost.
      await page.locator('.terminal-wrapper .xterm-screen').first().click();
      await page.keyboard.type(`workflow-ls --version > ${output}`);
      await page.keyboard.press('Enter');
      for (let times = 0; times < 20 && !isPrinted(); times++) await page.waitForTimeout(250);
      return isPrinted();
    });
    step('the program is on the PATH of terminals');
    assert.deepEqual([...window.outside], [], 'the page requested other hosts');
    assert.equal(await window.notification('Workflow Imports').count(), 0, 'nothing had to be said');
  } catch (error) {
    await window.picture('failed-program').catch(() => {});
    console.log(server.log().split('\n').slice(-40).join('\n'));
    throw error;
  } finally {
    await window.close();
    await server.stop();
  }
}
