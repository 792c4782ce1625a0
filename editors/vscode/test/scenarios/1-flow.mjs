// From a machine that has Python and nothing else, to a fixed workspace: what the .vsix brings is all there is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readTree } from '../files.mjs';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { until, Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';
const BLOCKED = 'packages/billing/src/invoice-blocked.ts';
const SPLIT = 'packages/billing/src/invoice-documents-split.ts';

export default async function flow({ directory, cache, vsix, browser, pictures, copyExample, step }) {
  const folder = copyExample('flow');
  const pristine = readTree(folder);
  const onDisk = (file) => readFileSync(path.join(folder, file), 'utf8');

  const server = new CodeServer(path.join(directory, 'server'), cache);
  server.providePython();
  server.install(vsix);
  await server.start();
  step('code-server is up, with the .vsix');
  const window = await Workbench.open(server, browser, { folder, file: EVENTS, pictures });
  const { page } = window;
  try {
    step('the workbench shows a file');
    await window.notification('setting up its server: installing').waitFor();
    await window.picture('setup');
    step('it installs the server');
    await window.logged('The server is running');
    step('the server runs');
    assert.match(server.log(), /Looking for workflow-ls on PATH[^]*in the workspace[^]*None found[^]*Python 3[^]*Installing workflow_ls/);
    const cli = commandLine(server);

    // Struck through, in Problems, in the status bar.
    const struck = await window.struckThrough();
    assert(struck.some((text) => text.includes('@shared/workflow')), `struck through: ${struck}`);
    const before = cli.count(folder);
    await window.waitForCount(before);
    step(`struck through; ${before} in the status bar`);
    // An editor requests lenses while it has the focus.
    const lens = window.lens();
    await lens.waitFor();
    step(`the lens says: ${await lens.innerText()}`);
    await window.filterProblems('bundle/sortedJson` moved');
    const problem = page.locator('.markers-panel .monaco-list-row', { hasText: '`@shared/workflow/bundle/sortedJson` moved to' }).first();
    await problem.waitFor();
    step('Problems has it');
    await window.picture('problems');
    await window.run('View: Toggle Panel Visibility');

    // Hover: old, new, verification, and a link that applies the fix.
    const hover = await window.hover('@shared/workflow/bundle/sortedJson', 'verified');
    const shown = await hover.innerText();
    for (const part of ['@shared/workflow/bundle/sortedJson', '@alga-psa/workflows/bundle/sortedJson', 'verified']) {
      assert(shown.includes(part), `the hover lacks ${part}: ${shown}`);
    }
    step('hover: old, new, verified');
    await window.picture('hover');
    await hover.locator('a', { hasText: "Replace with '@alga-psa/workflows/bundle/sortedJson'" }).first().click();
    await window.textInEditor('@alga-psa/workflows/bundle/sortedJson').waitFor();
    step("the hover's link applies the fix");
    await window.undoHere();
    await window.textInEditor('@shared/workflow/bundle/sortedJson').waitFor();

    await window.waitForCount(before);

    // The quick fix, saved.
    const menu = await window.quickFixes('@shared/workflow/bundle/sortedJson');
    const action = menu.locator('.monaco-list-row.action', { hasText: "Replace with '@alga-psa/workflows/bundle/sortedJson'" }).first();
    await action.waitFor();
    await window.picture('quick-fix');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    await window.quickFix('@shared/workflow/bundle/sortedJson', "Replace with '@alga-psa/workflows/bundle/sortedJson'", window.textInEditor('@alga-psa/workflows/bundle/sortedJson'));
    await window.save();
    const fixed = pristine[EVENTS].replace("'@shared/workflow/bundle/sortedJson'", "'@alga-psa/workflows/bundle/sortedJson'");
    await until('the quick fix on disk', () => onDisk(EVENTS) === fixed);
    await window.waitForCount(before - 1);
    step('the quick fix is on disk');

    // A blocked fix says why.
    await window.openFile(BLOCKED);
    const blocked = await window.hover('@shared/workflow/secrets', 'blocked');
    const reason = await blocked.innerText();
    assert.match(reason, /exports/);
    assert.match(reason, /Correct that key/);
    step(`a blocked fix says why: ${reason.split('\n').find((line) => line.includes('exports'))}`);
    await window.picture('blocked');
    await window.leaveHover();
    const ways = await window.quickFixes('@shared/workflow/secrets');
    await ways.locator('.monaco-list-row.action', { hasText: 'Open package.json' }).first().waitFor();
    await window.picture('in-the-way');
    await window.quickFix('@shared/workflow/secrets', 'Open package.json', page.locator('.tab.active[data-resource-name="package.json"]'));
    assert.equal(await window.notification('not found').count(), 0, 'an action has its command for as long as it is shown');
    await page.locator('.statusbar-item', { hasText: /Ln \d+, Col \d+ \(\d+ selected\)/ }).waitFor();
    step('a quick fix opens the key that is in the way');

    // All in the workspace, saved, as the command line does it.
    const wanted = path.join(directory, 'flow-cli/monorepo');
    copyExample('flow-cli');
    cli.run(['fix', wanted]);
    const after = cli.count(wanted);
    assert(after < before);
    await window.command('Workflow Imports: Fix All in Workspace');
    await page.keyboard.press('Escape');
    await window.run('Workflow Imports: Preview Fix All in Workspace');
    await page.locator('.bulk-edit-panel .monaco-list-row').nth(5).waitFor();
    await window.notification('looking for what can be fixed').waitFor({ state: 'hidden' });
    await window.picture('preview');
    await page.getByRole('button', { name: 'Discard' }).first().click();
    await window.run('Workflow Imports: Fix All in Workspace');
    const toast = window.notification('findings fixed in');
    await toast.waitFor();
    assert.match(await toast.innerText(), new RegExp(`; ${after} left, 1 of them new\\. .*package\\.json.* changed: install the packages again`));
    // Not the number of before the fix: it is right, or being counted.
    assert.notEqual(await window.count(), before - 1);
    const { height } = await toast.locator('.notification-list-item-message').boundingBox();
    assert(height > 30, 'the message has all its lines');
    await window.picture('fixed');
    await toast.getByRole('button', { name: 'Show What Is Left' }).click();
    await window.waitForCount(after);
    await window.saveAll();
    const expected = readTree(wanted);
    await until('the disk as the command line writes it', () => JSON.stringify(readTree(folder)) === JSON.stringify(expected));
    const changed = Object.keys(pristine).filter((file) => pristine[file] !== expected[file]);
    step(`fixed in ${changed.length} files; ${after} in the status bar`);

    // What is left, with its reasons.
    await window.waitForLeft(after);
    await window.clearNotifications();
    await window.expand('does not export ./utils/retry');
    await window.expand(path.basename(BLOCKED));
    await window.follow('@shared/workflow/utils/retry', /Ln \d+, Col \d+ \(\d+ selected\)/);
    await window.shown(path.basename(BLOCKED));
    // What the lens says of the file before the fix stays until the server has answered.
    await until('the lens of now', async () => /^[1-6] workflow imports to move, none/.test(await window.lens('to move').innerText({ timeout: 3000 }).catch(() => '')));
    await page.mouse.move(900, 640);
    await window.picture('status');
    step('Show Status lists what is left by cause, and leads there');
    await window.run('View: Show Explorer');

    // One undo, in a file that was not even open, restores all of them.
    await window.openFile(SPLIT);
    await window.undoHere();
    await window.waitForCount(before - 1);
    await until('an editor for each file', async () => (await page.locator('.tab.dirty').count()) === changed.length);
    await window.saveAll();
    await until('the disk as before', () => JSON.stringify(readTree(folder)) === JSON.stringify({ ...pristine, [EVENTS]: fixed }));
    step('one undo restores all files');

    // Fix All in File, and the mapping table.
    await window.closeEditors();
    await window.openFile(BLOCKED);
    await window.run('Workflow Imports: Fix All in File');
    await window.save();
    const alone = copyExample('flow-cli-file');
    cli.run(['fix', path.join(alone, BLOCKED)]);
    const wantedAlone = readFileSync(path.join(alone, BLOCKED), 'utf8');
    assert.notEqual(wantedAlone, pristine[BLOCKED]);
    await until('the file as the command line writes it', () => onDisk(BLOCKED) === wantedAlone);
    step('Fix All in File');
    await window.run('Workflow Imports: Show Mapping Table');
    await window.shown('workflow-ls.json');
    step('Show Mapping Table opens the table of the workspace');
    assert.deepEqual([...window.outside], [], 'the page requested other hosts');
  } catch (error) {
    await window.picture('failed-flow').catch(() => {});
    throw error;
  } finally {
    await window.close();
    await server.stop();
  }
}

/** The command line of the environment that the extension made. */
function commandLine(server) {
  const [, python] = /Starting (\S+) -I -m workflow_ls serve/.exec(server.log());
  const run = (args) => {
    const { status, stdout, stderr } = spawnSync(python, ['-I', '-m', 'workflow_ls', ...args], { encoding: 'utf8', maxBuffer: 1e8 });
    assert(status === 0 || status === 1, `${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  return {
    run,
    count(folder) {
      const { diagnostics } = JSON.parse(run(['check', folder, '--format', 'json']));
      return diagnostics.length;
    },
  };
}
