// A code-server (VS Code with a real extension host) of its own: nothing of it is written outside of its folder, and
// its environment holds nothing of ours but what pip needs to reach PyPI.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, filesBelow, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from './files.mjs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'editor.minimap.enabled': false,
  'breadcrumbs.enabled': false,
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  // The example has no node_modules: what TypeScript would say of that is not what is tested.
  'typescript.validate.enable': false,
  'javascript.validate.enable': false,
  'typescript.tsserver.useSyntaxServer': 'always',
  'typescript.disableAutomaticTypeAcquisition': true,
  'files.autoSave': 'off',
};

/** What programs there are on PATH: enough for a shell, and Python only where a test needs it. */
const TOOLS = ['sh', 'bash', 'env', 'uname', 'cat', 'ls', 'ps', 'sed', 'dirname', 'readlink', 'id'];

/** The port of all of them, one after another: the browser keeps what it loads by address. */
let port;

export class CodeServer {
  /** `directory` is its own; `cache` is where setup.sh put things. */
  constructor(directory, cache) {
    this.directory = directory;
    this.cache = cache;
    /** More variables of its environment, over all others; undefined takes one away. */
    this.variables = {};
    this.storage = path.join(directory, 'data/User/globalStorage/workflow-ls.workflow-ls');
    for (const name of ['home', 'data/User', 'data/Machine', 'extensions', 'tmp', 'bin']) {
      mkdirSync(path.join(directory, name), { recursive: true });
    }
    for (const name of TOOLS) this.provide(name, which(name));
    this.settings({});
    this.machineSettings({});
  }

  /** Put a program on PATH. */
  provide(name, program) {
    const link = path.join(this.directory, 'bin', name);
    if (program !== undefined && !existsSync(link)) symlinkSync(program, link);
  }

  providePython() {
    const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
    this.provide('python3', realpathSync(stdout.trim()));
  }

  settings(more) {
    writeFileSync(path.join(this.directory, 'data/User/settings.json'), JSON.stringify({ ...SETTINGS, ...more }, null, 2));
  }

  /** Settings of the scopes machine and machine-overridable: a remote reads them here only. */
  machineSettings(settings) {
    writeFileSync(path.join(this.directory, 'data/Machine/settings.json'), JSON.stringify(settings, null, 2));
  }

  install(vsix) {
    const { status, stdout, stderr } = spawnSync(this.#node, [...this.#command, '--install-extension', vsix, '--force'], {
      env: this.#environment,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the .vsix could not be installed:\n${stdout}${stderr}`);
  }

  uninstall() {
    const { status, stdout, stderr } = spawnSync(this.#node, [...this.#command, '--uninstall-extension', 'workflow-ls.workflow-ls'], {
      env: this.#environment,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the extension could not be removed:\n${stdout}${stderr}`);
  }

  /** The folders of our extension, as they are installed. */
  installed() {
    const extensions = path.join(this.directory, 'extensions');
    return readdirSync(extensions).filter((name) => name.startsWith('workflow-ls.')).map((name) => path.join(extensions, name));
  }

  async start({ trustEverything = true } = {}) {
    this.port = port ??= await freePort();
    const options = [
      ...['--bind-addr', `127.0.0.1:${this.port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check'],
      ...['--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened'],
      // Without this the extension host would outlive a closed page by hours.
      ...['--reconnection-grace-time', '3'],
      // A login shell may set another PATH.
      ...['--vscode-option', 'force-disable-user-env'],
      ...(trustEverything ? ['--disable-workspace-trust'] : []),
    ];
    this.process = spawn(this.#node, [...this.#command, ...options], { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (data) => (said += data));
    for (let attempt = 0; attempt < 1200; attempt++) {
      if (this.process.exitCode !== null) throw new Error(`code-server ended:\n${said}`);
      const healthy = await fetch(`http://127.0.0.1:${this.port}/healthz`).then((answer) => answer.ok, () => false);
      if (healthy) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`code-server does not answer:\n${said}`);
  }

  async stop() {
    if (this.process === undefined || this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill();
    await ended;
  }

  /** The address of a folder or of a .code-workspace, with a file opened in it. */
  address(folder, file) {
    const payload = file === undefined ? [] : [['openFile', `vscode-remote://127.0.0.1:${this.port}${path.resolve(folder, file)}`]];
    const kind = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
    return `http://127.0.0.1:${this.port}/?${kind}=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  }

  /** What the extension wrote to its output channel, of all windows so far. */
  log() {
    const logs = path.join(this.directory, 'data/logs');
    return filesBelow(logs, (name) => name === 'Workflow Imports.log').map((file) => readFileSync(file, 'utf8')).join('');
  }

  /** How many windows have asked the extension to start so far. */
  activations() {
    const logs = filesBelow(path.join(this.directory, 'data/logs'), (name) => name === 'remoteexthost.log');
    return logs.filter((file) => readFileSync(file, 'utf8').includes('_doActivateExtension workflow-ls.workflow-ls')).length;
  }

  /** The processes of the language server that the extension runs. */
  languageServers() {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((process) => {
      try {
        const command = readFileSync(`/proc/${process}/cmdline`, 'utf8').split('\0');
        return command[0].startsWith(this.directory) && command.includes('serve');
      } catch {
        return false; // it has ended
      }
    });
  }

  get #node() {
    return path.join(this.cache, 'node/only/node');
  }

  get #command() {
    const at = (name) => path.join(this.directory, name);
    writeFileSync(at('config.yaml'), 'cert: false\n');
    const entry = path.join(this.cache, 'code-server/node_modules/code-server/out/node/entry.js');
    return [entry, '--config', at('config.yaml'), '--user-data-dir', at('data'), '--extensions-dir', at('extensions')];
  }

  get #environment() {
    const kept = Object.entries(process.env).filter(([name]) => /^PIP_|_PROXY$|^SSL_CERT|^REQUESTS_CA/i.test(name));
    const pip = ['.config/pip/pip.conf', '.pip/pip.conf'].map((name) => path.join(os.homedir(), name)).find(existsSync);
    return {
      ...(pip && { PIP_CONFIG_FILE: pip }),
      ...Object.fromEntries(kept),
      PATH: path.join(this.directory, 'bin'),
      HOME: path.join(this.directory, 'home'),
      TMPDIR: path.join(this.directory, 'tmp'),
      LANG: 'C.UTF-8',
      SHELL: '/bin/sh',
      EXTENSIONS_GALLERY: '{}', // nothing is looked up outside
      ...this.variables,
    };
  }
}

function which(name) {
  return (process.env.PATH ?? '').split(path.delimiter).map((directory) => path.join(directory, name)).find(existsSync);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
