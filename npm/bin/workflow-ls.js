#!/usr/bin/env node
// Runs the program that the package of this platform holds, as if it had been called itself.
'use strict';
const { accessSync, chmodSync, constants, openSync, readSync, closeSync } = require('node:fs');
const { dirname, join } = require('node:path');

const { version } = require('../package.json');
const FAILURE = 2;
const HOW = 'run `npm install --include=optional`; if that does not help, delete node_modules and package-lock.json first';
const PYTHON = 'With Python 3.10 or newer, `pipx install workflow-ls` installs it';

main();

function main() {
  const platform = platformHere();
  const name = `@workflow-ls/${platform}`;
  const { optionalDependencies } = require('../package.json');
  if (!(name in optionalDependencies)) {
    fail(`there is no program for ${platform}. ${PYTHON}.`);
    return;
  }
  let manifest;
  try {
    manifest = require.resolve(`${name}/package.json`);
  } catch {
    fail(`the package ${name}, which holds the program, is not installed. To install it, ${HOW}.`);
    return;
  }
  const found = require(manifest).version;
  if (found !== version) {
    fail(`the package ${name} is version ${found}, not ${version}. To install the version that fits, ${HOW}.`);
    return;
  }
  const program = join(dirname(manifest), 'program', process.platform === 'win32' ? 'workflow-ls.exe' : 'workflow-ls');
  const trouble = makeExecutable(program);
  if (trouble !== undefined) {
    fail(`${program} can't be run: ${trouble}. To install it anew, ${HOW}.`);
    return;
  }
  run(program, process.argv.slice(2));
}

/** The platform as the packages name it, such as linux-x64 and linux-x64-musl. */
function platformHere() {
  return `${process.platform}-${process.arch}${process.platform === 'linux' && usesMusl() ? '-musl' : ''}`;
}

/** Whether this Node is linked with musl: its loader is named at the start of its file. */
function usesMusl() {
  try {
    const file = openSync(process.execPath, 'r');
    try {
      const start = Buffer.alloc(4096);
      return start.subarray(0, readSync(file, start, 0, start.length, 0)).includes('/ld-musl-');
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** Why a program can't be run, or undefined; some tools that copy packages lose its permission to be run. */
function makeExecutable(program) {
  try {
    accessSync(program, constants.X_OK);
  } catch (error) {
    if (error.code !== 'EACCES') return 'it is not there';
    try {
      chmodSync(program, 0o755);
    } catch (refused) {
      return `it is not executable (${refused.code})`;
    }
  }
  return undefined;
}

/**
 * Become the program, where Node can do that: process, streams and signals are the program's then.  Else start it, pass
 * signals on, and end as it ends.
 */
function run(program, args) {
  if (process.platform !== 'win32' && typeof process.execve === 'function') {
    process.removeAllListeners('warning'); // that execve is new in Node
    process.execve(program, [program, ...args], process.env);
    return;
  }
  const { spawn } = require('node:child_process');
  // Each stream is the program's own: nothing is read or written here.
  const child = spawn(program, args, { stdio: 'inherit' });
  child.on('error', (error) => fail(`${program} can't be run: ${error.message}. To install it anew, ${HOW}.`));
  // A terminal sends its interrupt to the program as well.
  const hasTerminal = [0, 1, 2].some((descriptor) => require('node:tty').isatty(descriptor));
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGBREAK', 'SIGUSR2']) {
    const fromTerminal = hasTerminal && ['SIGINT', 'SIGQUIT', 'SIGBREAK'].includes(signal);
    try {
      process.on(signal, () => !fromTerminal && child.kill(signal));
    } catch {
      // this platform does not have it
    }
  }
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exit(code);
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(FAILURE), 1000); // the signal does not end this process
  });
}

function fail(message) {
  process.stderr.write(`workflow-ls: ${message}\n`);
  process.exitCode = FAILURE;
}
