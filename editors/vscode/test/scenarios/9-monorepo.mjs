// A monorepo of real size, where it can be rendered: one count everywhere, progress, and Fix All in Workspace.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from '../files.mjs';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { repository } from '../../scripts/places.mjs';
import { Workbench } from '../workbench.mjs';

const RENDER = repository('../shared/monorepo/render.py');

export default async function monorepo({ directory, cache, withProgram, vsix, browser, pictures, step }) {
  const script = process.env.WORKFLOW_LS_RENDER || RENDER;
  if (!existsSync(script)) {
    step(`SKIPPED: ${script} is missing ($WORKFLOW_LS_RENDER may name it)`);
    return;
  }
  const folder = path.join(directory, 'rendered');
  const rendered = spawnSync('python3', [script, folder, '--state', 'surface', '--full'], { encoding: 'utf8' });
  assert.equal(rendered.status, 0, rendered.stderr);
  step('the monorepo is rendered');
  const server = new CodeServer(path.join(directory, 'monorepo-server'), cache);
  if (withProgram === undefined) server.providePython();
  server.install(withProgram ?? vsix);
  await server.start();
  const window = await Workbench.open(server, browser, { folder, pictures });
  const { page } = window;
  try {
    await window.logged('The server is running');
    const total = await window.counted();
    await window.showLeft(total);
    const [, program] = /Starting (\S+(?: -I -m workflow_ls)?) serve/.exec(server.log());
    const check = () => JSON.parse(spawnSync(`${program} check ${folder} --format json`, { shell: true, encoding: 'utf8', maxBuffer: 1e9 }).stdout);
    assert.equal(check().diagnostics.length, total);
    await window.picture('monorepo');
    step(`${total} in the status bar, in the view, and on the command line`);

    // What the notification's bar shows, as often as it changes.
    await page.evaluate(() => {
      window.widths = [];
      const look = () => {
        const bar = document.querySelector('.notifications-toasts .monaco-progress-container:not(.infinite) .progress-bit');
        if (bar && bar.style.width.endsWith('%')) window.widths.push(Number.parseFloat(bar.style.width));
      };
      new MutationObserver(look).observe(document.body, { attributes: true, subtree: true, attributeFilter: ['style'] });
    });
    await window.run('Workflow Imports: Fix All in Workspace');
    const toast = window.notification('fixed in');
    await toast.waitFor();
    const widths = await page.evaluate(() => window.widths);
    assert.deepEqual(widths, [...widths].sort((one, other) => one - other), 'progress ran backwards');
    const [, fixed, files, left] = /(\d+) findings fixed in (\d+) files; (\d+) left/.exec(await toast.innerText());
    step(`${fixed} findings fixed in ${files} files; ${left} left; progress was shown ${widths.length} times`);
    await window.saveAll();
    await window.waitForCount(Number(left));
    assert.equal(await window.agreed(), Number(left));
    assert.equal(check().diagnostics.length, Number(left));
    step('what is left is the same number everywhere');
  } catch (error) {
    await window.picture('failed-monorepo').catch(() => {});
    console.log(server.log().split('\n').slice(-20).join('\n'));
    throw error;
  } finally {
    await window.close();
    await server.stop();
  }
}
