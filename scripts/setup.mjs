// Installs what is missing, before every npm script that needs it. Runs on the machine's own Node and imports nothing that would have to be installed.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STATE = join(ROOT, '.order-sync');
const LOCK = join(STATE, 'setup.lock');
const LOG = join(STATE, 'setup.log');
const OLDEST_NODE = 20;
const WAIT_FOR_OTHER_MS = 600_000;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(
    `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or newer (https://nodejs.org). The project fetches the version it runs on by itself.`,
  );
}
if (!isInstalled()) {
  mkdirSync(STATE, { recursive: true });
  takeLock();
  try {
    // Another process may have installed it while this one waited.
    if (!isInstalled()) install();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/**
 * Whether each package is there that package-lock.json asks for, in its version. npm writes down at the end what it has
 * installed; what was removed or replaced since shows in the packages themselves. Of those that nothing here imports
 * directly it suffices that they are there: reading all of them would take 0.1 s of every script.
 */
function isInstalled() {
  const installed = readJson(join(ROOT, 'node_modules', '.package-lock.json'))?.packages;
  if (installed === undefined || !existsSync(join(ROOT, 'node_modules', 'node', 'bin', 'node'))) return false;
  const wanted = readJson(join(ROOT, 'package-lock.json')).packages;
  const { dependencies, devDependencies } = wanted[''];
  const direct = new Set(Object.keys({ ...dependencies, ...devDependencies }).map((name) => `node_modules/${name}`));
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    // Optional packages are those of other platforms. The first entry, '', is the project itself.
    if (path === '' || (optional && !installed[path])) return true;
    if (installed[path]?.version !== version) return false;
    const manifest = join(ROOT, path, 'package.json');
    return direct.has(path) ? readJson(manifest)?.version === version : existsSync(manifest);
  });
}

function install() {
  const startedAt = Date.now();
  process.stderr.write('Installing the packages (once, about half a minute) … ');
  const log = openSync(LOG, 'w');
  // Not by the Node in node_modules, which `npm ci` deletes first of all.
  const ownFolder = join(ROOT, 'node_modules', '.bin');
  const path = process.env.PATH.split(delimiter).filter((folder) => folder !== ownFolder);
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=warn'], {
    cwd: ROOT,
    env: { ...process.env, PATH: path.join(delimiter) },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (result.status === 0) {
    process.stderr.write(`done in ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
    return;
  }
  process.stderr.write('failed\n');
  rmSync(LOCK, { force: true });
  const lastLines = readFileSync(LOG, 'utf8').trim().split('\n').slice(-15).join('\n');
  const why = result.error?.message ?? (result.signal ? `ended by ${result.signal}` : `exit status ${result.status}`);
  fail(`${lastLines}\n"npm ci" failed (${why}); all of its output is in ${LOG}. Is the package registry within reach?`);
}

/** One process installs, others wait: the lock is a file with the process's number, of no force once that process is gone. */
function takeLock() {
  const giveUpAt = Date.now() + WAIT_FOR_OTHER_MS;
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = lockOwner();
    if (owner !== undefined && !isRunning(owner)) rmSync(LOCK, { force: true });
    else if (Date.now() > giveUpAt)
      fail(`Process ${owner} has been installing for too long: end it, and delete ${LOCK}.`);
    else {
      if (!waited) process.stderr.write('Another process is installing the packages; waiting for it …\n');
      sleep(200);
    }
  }
}

/** Undefined while its owner has not written its number yet. A lock that stays empty was left by a process that was killed. */
function lockOwner() {
  try {
    const owner = Number.parseInt(readFileSync(LOCK, 'utf8'), 10);
    if (Number.isInteger(owner)) return owner;
    return Date.now() - statSync(LOCK).mtimeMs > 5_000 ? -1 : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
