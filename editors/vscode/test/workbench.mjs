// A window of VS Code, and what a user does in it.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from './files.mjs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

// Milliseconds to wait for anything that is to come: a machine may be slow, and do much else.
const PATIENCE = 240_000;

// What a profile of the browser keeps of the workbench's code, loaded and compiled: a window that has it opens in two
// thirds of the time. Nothing else of a window is in the next one.
const CACHES = ['Default/Cache', 'Default/Code Cache'];
const keptCaches = mkdtempSync(path.join(os.tmpdir(), 'workflow-ls-chromium-'));
process.on('exit', () => rmSync(keptCaches, { recursive: true, force: true }));

// Nothing but this machine: every other host is none.
const LOCAL = ['127.0.0.1', 'localhost'];
const RESOLVER = `MAP * ~NOTFOUND, ${LOCAL.map((host) => `EXCLUDE ${host}`).join(', ')}`;

// What spins, slides and fades is drawn again and again, without a graphics card by the processor; here it ends at once.
const STILL = `*, ::before, ::after {
  animation-duration: 1ms !important;
  animation-iteration-count: 1 !important;
  transition-duration: 0s !important;
}`;

export class Workbench {
  static async open(server, browser, { folder, file, pictures, size = { width: 1360, height: 800 } }) {
    const profile = mkdtempSync(path.join(os.tmpdir(), 'workflow-ls-chromium-'));
    for (const name of CACHES) {
      if (existsSync(path.join(keptCaches, name))) cpSync(path.join(keptCaches, name), path.join(profile, name), { recursive: true });
    }
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: browser,
      headless: true,
      viewport: size,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', `--host-resolver-rules=${RESOLVER}`],
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(PATIENCE);
    await page.addInitScript((text) => {
      const add = () => document.head.append(Object.assign(document.createElement('style'), { textContent: text }));
      document.addEventListener('DOMContentLoaded', add);
    }, STILL);
    const self = new Workbench(server, context, page, profile, folder, pictures);
    // Not a route of Playwright's: with one, the browser caches nothing.
    context.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (!LOCAL.includes(hostname) && !/^(data|blob|vscode-.*):$/.test(protocol)) self.outside.add(hostname);
    });
    await page.goto(server.address(folder, file));
    await page.waitForSelector('.monaco-workbench');
    if (file !== undefined) await self.shown(file);
    return self;
  }

  constructor(server, context, page, profile, folder, pictures) {
    Object.assign(this, { server, context, page, profile, folder, pictures });
    this.outside = new Set();
  }

  async close() {
    await this.context.close();
    for (const name of CACHES) {
      if (!existsSync(path.join(this.profile, name))) continue;
      rmSync(path.join(keptCaches, name), { recursive: true, force: true });
      mkdirSync(path.dirname(path.join(keptCaches, name)), { recursive: true });
      renameSync(path.join(this.profile, name), path.join(keptCaches, name));
    }
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async picture(name) {
    await this.page.waitForTimeout(300); // what fades in has done so
    await this.page.screenshot({ path: path.join(this.pictures, `${name}.png`) });
  }

  /** Wait until a file is shown in an editor. */
  async shown(file) {
    const tab = this.page.locator(`.tab.active[data-resource-name="${path.basename(file)}"]`);
    await tab.waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** The input that a key opens; a key that comes while the focus moves is lost. */
  async quickInput(key) {
    const input = this.page.locator('.quick-input-widget:visible input').first();
    await until(`the input that ${key} opens`, async () => {
      await this.page.keyboard.press(key);
      return input.waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    return input;
  }

  /**
   * Put the cursor somewhere into the active file, and the focus; both count from 1.
   *
   * A click on the element of all lines does not: if they just move, Playwright scrolls what it clicks into view for its
   * next try, and that element is a million pixels high.
   */
  async goTo(line, column = 1) {
    const input = await this.quickInput('Control+g');
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
    await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  /** Save all files; resolves once all editors show them as saved, which is later than the files are written. */
  async saveAll() {
    await this.run('File: Save All');
    await this.page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
  }

  /** Save the active file by its key; resolves once its editor shows it as saved. */
  async save() {
    const unsaved = this.page.locator('.tab.active.dirty');
    await unsaved.waitFor();
    await until('the active file to be saved', async () => {
      // A window that is busy may lose a key.
      await this.page.keyboard.press('Control+s');
      return unsaved.waitFor({ state: 'detached', timeout: 30_000 }).then(() => true, () => false);
    });
  }

  async closeEditors() {
    const tab = this.page.locator('.tab').first();
    await until('no editor to be open', async () => {
      await this.run('View: Close All Editors');
      if (await tab.waitFor({ state: 'detached', timeout: 10_000 }).then(() => true, () => false)) return true;
      // While an editor is unsaved, the window shows a dialog instead.
      await this.page.keyboard.press('Escape');
      return false;
    });
  }

  /** Open a file of the folder by its path. */
  async openFile(file) {
    const input = await this.quickInput('Control+p');
    await input.fill(file);
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: path.basename(file) }).first();
    // Not Enter: until the list is filtered, another row has the focus.
    const opened = this.page.locator(`.tab.active[data-resource-name="${path.basename(file)}"]`);
    await until(`the row of ${file} opens it`, async () => {
      // The list may be drawn anew just when it is clicked, which then has no effect.
      if (await row.isVisible()) await row.click({ timeout: 3000 }).catch(() => {});
      return opened.waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    await this.shown(file);
  }

  /** Run a command of the command palette, by its full title. */
  async command(title) {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ has: this.page.getByText(title, { exact: true }) }).first();
    // A list that was made before the extension was known to the window does not get its commands.
    await until(`the command ${title}`, async () => {
      const input = await this.quickInput('F1');
      await input.fill(`>${title}`);
      if (await row.waitFor({ timeout: 5000 }).then(() => true, () => false)) return true;
      await this.page.keyboard.press('Escape');
      return false;
    });
    return row;
  }

  async run(title) {
    const row = await this.command(title);
    const input = this.page.locator('.quick-input-widget:visible input').first();
    await until(`the row of ${title} to be taken`, async () => {
      // The list may be drawn anew just when it is clicked, which then has no effect.
      await row.click({ timeout: 3000 }).catch(() => {});
      return input.waitFor({ state: 'hidden', timeout: 3000 }).then(() => true, () => false);
    });
  }

  /** Bring the view of what is left to the front; resolves once it counts so many findings. */
  async showLeft(wanted) {
    await this.run('Workflow Imports: Show Status');
    await this.waitForLeft(wanted);
  }

  async waitForLeft(wanted) {
    let shown;
    await until(() => `${wanted} findings in the view of what is left, which says ${shown}`, async () => {
      shown = await this.page.locator('.tree-explorer-viewlet-tree-view .message').first().innerText({ timeout: 3000 }).catch(() => '');
      return shown.startsWith(`${wanted} finding`);
    });
  }

  /** Wait until the status bar and the view of what is left say the same, and so for a while; resolves to the number. */
  async agreed() {
    let since = Date.now();
    let last;
    await until(() => `the status bar and the view of what is left to agree, which say ${last}`, async () => {
      const shown = await this.page.locator('.tree-explorer-viewlet-tree-view .message').first().innerText({ timeout: 3000 }).catch(() => '');
      const now = `${await this.count()} ${/^\d+ finding/.test(shown) ? Number.parseInt(shown, 10) : shown}`;
      if (now !== last || new Set(now.split(' ')).size > 1) since = Date.now();
      last = now;
      return Date.now() - since > 1500;
    });
    return Number.parseInt(last, 10);
  }

  /** A row of the view of what is left. */
  leftRow(text) {
    return this.page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row', { hasText: text }).first();
  }

  /** Follow a row of that view to its place, which the status bar names. */
  async follow(text, place) {
    const there = this.page.locator('.statusbar-item', { hasText: place });
    // The tree may be drawn anew just when it is clicked, which then has no effect.
    await until(`the place of ${text}`, async () => {
      await this.leftRow(text).click({ timeout: 3000 }).catch(() => {});
      return there.waitFor({ timeout: 5000 }).then(() => true, () => false);
    });
  }

  /** Open a row of that view that has others below it. */
  async expand(text) {
    const row = this.leftRow(text);
    await row.waitFor();
    await until(`the rows below ${text}`, async () => {
      if ((await row.getAttribute('aria-expanded')) !== 'true') await row.click({ timeout: 3000 }).catch(() => {});
      return (await row.getAttribute('aria-expanded')) === 'true';
    });
  }

  squiggles(severity = 'warning') {
    return this.page.locator(`.editor-instance .squiggly-${severity}`);
  }

  /** The text in the editor that is struck through. */
  async struckThrough() {
    const inline = this.page.locator('.editor-instance .squiggly-inline-deprecated');
    await inline.first().waitFor({ state: 'attached' });
    let texts = [];
    // They may be drawn anew just when they are looked at.
    await until('text that is struck through', async () => {
      texts = await inline.evaluateAll((elements) =>
        elements.filter((element) => getComputedStyle(element).textDecorationLine.includes('line-through')).map((element) => element.textContent),
      );
      return texts.length > 0;
    });
    return texts;
  }

  /** The element that holds a text in the editor, once it is in view. */
  textInEditor(text) {
    return this.page.locator('.editor-instance .view-line span span', { hasText: text }).first();
  }

  /** A point on a text of the editor, which may be drawn anew at any time. */
  async placeOf(text) {
    let box;
    await until(`${text} in the editor`, async () => (box = await this.textInEditor(text).boundingBox({ timeout: 5000 }).catch(() => null)) !== null);
    return [box.x + Math.min(box.width / 2, 120), box.y + box.height / 2];
  }

  /** Rest the mouse on a text of the editor until its hover shows something. */
  async hover(text, shown) {
    const hover = this.page.locator('.monaco-hover:visible', { hasText: shown }).first();
    await until(`a hover on ${text} that says ${shown}`, async () => {
      await this.page.mouse.move(900, 620);
      const [x, y] = await this.placeOf(text);
      await this.page.mouse.move(x, y, { steps: 4 });
      return hover.waitFor({ timeout: 4000 }).then(() => true, () => false);
    });
    return hover;
  }

  async leaveHover() {
    await this.page.keyboard.press('Escape');
    await this.page.mouse.move(900, 640);
    await this.page.locator('.editor-instance .monaco-hover:visible').first().waitFor({ state: 'hidden' });
  }

  /** Put the cursor into a text of the editor, and open the menu of quick fixes. */
  async quickFixes(text) {
    const menu = this.page.locator('.action-widget:not(.action-list-submenu-panel)');
    // A press while another extension still starts can be lost, and a lens that comes moves the lines below it.
    await until('the menu of quick fixes', async () => {
      // In a menu that is open, the key takes the first action.
      if (await menu.isVisible()) await this.page.keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden' });
      const [x, y] = await this.placeOf(text);
      await this.page.mouse.click(x, y);
      await this.page.mouse.move(900, 640);
      await this.page.keyboard.press('Control+.');
      return menu.waitFor({ timeout: 20_000 }).then(() => true, () => false);
    });
    return menu;
  }

  /** Choose a quick fix for a text of the editor, until what it does is there. */
  async quickFix(text, title, done) {
    let menu = await this.quickFixes(text);
    await until(`the quick fix ${title}`, async () => {
      if (await done.isVisible()) return true;
      if (!(await menu.isVisible())) menu = await this.quickFixes(text);
      // The menu may be drawn anew just when it is clicked, which then has no effect.
      await menu.locator('.monaco-list-row.action', { hasText: title }).first().click({ timeout: 3000 }).catch(() => {});
      return done.waitFor({ timeout: 10_000 }).then(() => true, () => false);
    });
  }

  /** The lens of the file, which may be drawn anew at any time. */
  lens(text = 'Fix all') {
    return this.page.locator('.codelens-decoration a', { hasText: text }).filter({ visible: true }).first();
  }

  /** Bring Problems to the front, with what a text filters. */
  async filterProblems(text) {
    await this.run('Problems: Focus on Problems View');
    await this.page.locator('.markers-panel-container input, .panel .monaco-inputbox input').filter({ visible: true }).first().fill(text);
  }

  status() {
    return this.page.locator('#workflow-ls\\.workflow-ls\\.workflow-ls\\.status');
  }

  /** What the status bar says; nothing if it says nothing. */
  async statusText() {
    return ((await this.status().allInnerTexts())[0] ?? '').trim();
  }

  /** The number in the status bar; 0 if it says that nothing is left. */
  async count() {
    const text = await this.statusText();
    const found = /(\d+) workflow finding/.exec(text);
    return found ? Number(found[1]) : /Workflow imports$/.test(text.trim()) ? 0 : undefined;
  }

  /** Wait until the status bar has a number; resolves to it. */
  async counted() {
    let count;
    await until('a number in the status bar', async () => (count = await this.count()) > 0);
    return count;
  }

  async waitForCount(wanted) {
    let last;
    await until(() => `${wanted} in the status bar, which says ${last}`, async () => (last = await this.count()) === wanted);
  }

  notification(text) {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
  }

  /** Have the extension copy its debug information; resolves to what is on the clipboard then, and to the message. */
  async debugInformation() {
    await this.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(this.page.url()).origin });
    await this.page.evaluate(() => navigator.clipboard.writeText(''));
    await this.run('Workflow Imports: Copy Debug Information');
    const message = this.notification('the debug information is on the clipboard');
    await message.waitFor();
    const copied = await this.page.evaluate(() => navigator.clipboard.readText());
    return { copied, information: JSON.parse(copied), message: await message.innerText() };
  }

  async clearNotifications() {
    await this.run('Notifications: Clear All Notifications');
  }

  async logged(text) {
    await until(() => `“${text}” in the output channel, which holds:\n${this.server.log()}`, async () => this.server.log().includes(text));
  }

  /** Take back the last edit of the active file. */
  async undoHere() {
    await this.goTo(1);
    await this.page.keyboard.press('Control+z');
  }
}

/** Wait until a condition holds; while a page is loaded anew, none does. */
export async function until(what, condition, timeout = PATIENCE) {
  const end = Date.now() + timeout;
  const holds = async () => {
    try {
      return await condition();
    } catch (error) {
      if (/Execution context was destroyed/.test(error.message)) return false;
      throw error;
    }
  };
  while (!(await holds())) {
    assert(Date.now() < end, `waited ${timeout / 1000} s for ${typeof what === 'function' ? what() : what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

