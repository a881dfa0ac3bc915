#!/usr/bin/env node
// The command line `order-sync`: runs on any Node from 20 on, and hands over to the Node that comes with its packages. In a checkout it first installs what is missing, and runs the sources.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** That the engine itself runs on. */
const OLDEST_NODE = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src', 'main.ts');
const isCheckout = existsSync(source);

if (isCheckout) {
  const setup = spawnSync(process.execPath, [join(root, 'scripts', 'setup.mjs')], { stdio: 'inherit' });
  if (setup.status !== 0) process.exit(1);
}

const node = usableNode();
const main = isCheckout ? source : join(root, 'dist', 'main.js');
const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal's Ctrl-C reaches the child by itself; a signal from elsewhere has to be passed on.
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.once('error', (error) => {
  process.stderr.write(`Cannot run ${node}: ${error.message}\n`);
  process.exitCode = 1;
});
child.once('exit', (status, signal) => {
  if (signal === null) process.exit(status);
  // The first process of a container cannot end by a signal of its own; it then ends with this, and not as if all were well.
  process.exitCode = 128 + constants.signals[signal];
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

/** The one that the tests ran on, which the package "node" brings; where its install script was not allowed, this one. */
function usableNode() {
  const bundled = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return process.execPath;
  process.stderr.write(
    `Node ${process.versions.node} is too old, and the package "node" has not brought its own: allow its install script, or install Node ${OLDEST_NODE} or newer.\n`,
  );
  process.exit(1);
}
