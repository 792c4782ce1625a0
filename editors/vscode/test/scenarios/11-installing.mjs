// The server is set up where the package index is behind a proxy: with Python, with a password, and with uv alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CodeServer } from '../codeServer.mjs';
import { existsSync, filesBelow, readdirSync, realpathSync, symlinkSync } from '../files.mjs';
import { startProxy } from '../packageIndex.mjs';
import { Workbench } from '../workbench.mjs';

const EVENTS = 'packages/billing/src/invoice-events.ts';

export default async function installing({ directory, cache, vsix, browser, pictures, copyExample, step, detail }) {
  const at = (name) => path.join(directory, 'installing', name);
  mkdirSync(at('wheels'), { recursive: true });
  const folder = copyExample('installing');
  const server = new CodeServer(path.join(directory, 'installing-server'), cache);
  server.install(vsix);
  const [wheel] = filesBelow(path.join(server.installed()[0], 'server'), (name) => name.endsWith('.whl'));
  const python = realpathSync(spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim());
  const fetched = spawnSync(python, ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', '--dest', at('wheels'), wheel], { encoding: 'utf8' });
  if (fetched.status !== 0) {
    step(`SKIPPED: what the server needs can't be had from PyPI: ${fetched.stderr.trim().split('\n').at(-1)}`);
    return;
  }
  // What is tested is that it comes from the index: nothing of it lies beside the server, or in a cache.
  rmSync(path.join(at('wheels'), path.basename(wheel)));
  for (const name of Object.keys(process.env).filter((name) => /^PIP_|^UV_|_PROXY$/i.test(name))) server.variables[name] = undefined;
  const index = 'http://packages.invalid/simple';
  Object.assign(server.variables, { PIP_CONFIG_FILE: '/dev/null', PIP_INDEX_URL: index, PIP_TRUSTED_HOST: 'packages.invalid', PIP_NO_CACHE_DIR: '1', UV_DEFAULT_INDEX: index, UV_NO_CACHE: '1' });
  let proxy;
  let window;
  const open = async () => {
    await server.start();
    window = await Workbench.open(server, browser, { folder, file: EVENTS, pictures });
  };
  const close = async () => {
    await window?.close();
    await server.stop();
    await proxy?.stop();
    window = proxy = undefined;
  };
  const works = async () => {
    await window.struckThrough();
    await window.counted();
    assert.equal(await window.page.locator('.notifications-toasts .notification-list-item .codicon-error').count(), 0, 'nothing went wrong');
  };
  const forget = () => rmSync(server.storage, { recursive: true, force: true });
  try {
    // The proxy of the settings, and a Python of the settings.
    server.machineSettings({ 'workflow-ls.python': python });
    if (detail('through the proxy of the settings')) {
      proxy = await startProxy(at('wheels'));
      server.settings({ 'http.proxy': `http://${proxy.address}` });
      await open();
      await works();
      assert(proxy.asked.some((url) => /pygls-.*\.whl$/.test(url)), `${proxy.asked}`);
      step(`through the proxy of the settings: set up, with ${proxy.asked.filter((url) => url.endsWith('.whl')).length} packages`);
      await close();
    }

    // A proxy that requires a password: one message, and once it is set up, the log does not have the password.
    if (detail('a proxy that requires a password')) {
      forget();
      proxy = await startProxy(at('wheels'), { user: 'jane:s3cret' });
      server.settings({ 'http.proxy': `http://${proxy.address}` });
      server.variables.PIP_INDEX_URL = index.replace('http:', 'https:');
      await open();
      await window.notification('the proxy did not let it through').waitFor();
      assert(proxy.refused.length > 0);
      step('a proxy that requires a password: one message');
      await window.close();
      await server.stop();
      server.variables.PIP_INDEX_URL = index;
      server.settings({ 'http.proxy': `http://jane:s3cret@${proxy.address}` });
      await open();
      await works();
      assert(!server.log().includes('s3cret'), 'the password is in the log');
      step('with the password in the settings: set up');
      await close();
    }

    // Settings by which the proxy is not for extensions, or not for this host.
    if (detail('around the proxy by settings')) {
      for (const settings of [{ 'http.proxySupport': 'off' }, { 'http.noProxy': ['127.0.0.1'] }]) {
        forget();
        proxy = await startProxy(at('wheels'));
        server.settings({ 'http.proxy': 'http://127.0.0.1:9', ...settings });
        Object.assign(server.variables, { PIP_INDEX_URL: `http://${proxy.address}/simple`, PIP_TRUSTED_HOST: '127.0.0.1' });
        await open();
        await works();
        assert(proxy.asked.includes('/simple/pygls/'), `asked directly: ${proxy.asked}`);
        step(`around the proxy by ${Object.keys(settings)}`);
        await close();
      }
      Object.assign(server.variables, { PIP_INDEX_URL: index, PIP_TRUSTED_HOST: 'packages.invalid' });
    }

    // An index without the packages, as one of a company may be.
    if (detail('an index that lacks what is needed')) {
      forget();
      mkdirSync(at('nothing'));
      proxy = await startProxy(at('nothing'));
      server.settings({ 'http.proxy': `http://${proxy.address}` });
      await open();
      const lacking = window.notification('the package index has no lsprotocol that fits');
      await lacking.waitFor();
      assert.equal(await lacking.locator('.monaco-button').count(), 1, 'one action');
      step('an index that lacks what is needed: one message');
      await close();
    }

    // The proxy of the environment counts before that of the settings.
    if (detail('through the proxy of the environment')) {
      forget();
      proxy = await startProxy(at('wheels'));
      server.settings({ 'http.proxy': 'http://127.0.0.1:9' });
      Object.assign(server.variables, { HTTPS_PROXY: `http://${proxy.address}`, HTTP_PROXY: `http://${proxy.address}` });
      await open();
      await works();
      assert(proxy.asked.length > 0);
      step('through the proxy of the environment');
      await close();
      server.variables.HTTPS_PROXY = server.variables.HTTP_PROXY = undefined;
    }

    // uv, where there is no Python on PATH.
    const made = spawnSync(python, ['-m', 'venv', at('uv')]);
    const got = spawnSync(at('uv/bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv'], { encoding: 'utf8' });
    if (made.status !== 0 || got.status !== 0) {
      step(`SKIPPED: uv can't be had from PyPI: ${got.stderr?.trim().split('\n').at(-1)}`);
      return;
    }
    forget();
    server.provide('uv', at('uv/bin/uv'));
    assert(!readdirSync(path.join(server.directory, 'bin')).some((name) => name.startsWith('python')));
    // A Python that uv has fetched earlier: it would get one from GitHub.
    const version = spawnSync(python, ['-c', 'import platform; print(platform.python_version())'], { encoding: 'utf8' }).stdout.trim();
    const managed = at(`pythons/cpython-${version}-linux-${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch]}-gnu/bin`);
    mkdirSync(managed, { recursive: true });
    for (const name of ['python3', `python${version.split('.').slice(0, 2).join('.')}`]) symlinkSync(python, path.join(managed, name));
    server.variables.UV_PYTHON_INSTALL_DIR = at('pythons');
    server.machineSettings({});
    proxy = await startProxy(at('wheels'));
    server.settings({ 'http.proxy': `http://${proxy.address}` });
    await open();
    await works();
    assert(proxy.asked.some((url) => /pygls-.*\.whl$/.test(url)), `${proxy.asked}`);
    assert.match(server.log(), /uv is used, which brings a Python of its own/);
    step('without Python, with uv, through the proxy: set up');
    const [, environment] = /Starting (\S+)\/bin\/python -I -m workflow_ls serve/.exec(server.log().slice(server.log().lastIndexOf('uv is used')));
    assert(existsSync(path.join(environment, 'complete.json')));
  } catch (error) {
    await window?.picture('failed-installing').catch(() => {});
    console.log(server.log().split('\n').slice(-40).join('\n'));
    throw error;
  } finally {
    await close();
  }
}
