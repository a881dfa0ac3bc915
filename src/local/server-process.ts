import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from './child-environment.ts';

export interface ServerCommand {
  /** For messages, e.g. `PostgreSQL`. */
  name: string;
  command: string;
  args: readonly string[];
  /** Both output streams are written here, over what an earlier run left. */
  logFile: string;
  /** What asks the server to end in good order; SIGKILL if it keeps nothing. */
  stopSignal: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
  /** Beside what every child gets; nothing else of our own environment reaches it. */
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** A folder that is of no use without the server, deleted after it has ended. */
  deleteFolder?: string;
}

export interface ServerProcess {
  readonly pid: number;
  /** True once the process has ended, for whatever reason. */
  ended(): boolean;
  /** Polls until `ready` answers true. Rejects with the log's last lines when the server ends first or the time is up; it is stopped then. */
  waitUntil(ready: () => Promise<boolean>, withinMs: number): Promise<void>;
  /** Ends the server in good order, after 10 s by force. Safe to call twice. */
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 10_000;

/**
 * Starts a server that a terminal's Ctrl-C does not reach (the worker still needs it while it drains), but that can't outlive this process either: beside it
 * runs a guard, a small shell that stops the server as soon as the pipe from this process closes, even if this process was killed.
 */
export function startServerProcess(server: ServerCommand): ServerProcess {
  const log = openSync(server.logFile, 'w');
  const child = spawn(server.command, server.args, {
    // The server's user may not be allowed to enter the present folder.
    cwd: '/',
    detached: true,
    env: { ...childEnvironment(), ...server.env },
    stdio: ['ignore', log, log],
    ...(server.uid !== undefined && { uid: server.uid }),
    ...(server.gid !== undefined && { gid: server.gid }),
  });
  closeSync(log);
  const guard = child.pid === undefined ? undefined : startGuard(child.pid, server);
  const lastLines = (): string => readFileSync(server.logFile, 'utf8').trim().split('\n').slice(-8).join('\n');
  let failure = '';
  let isAwaited = false;
  let linesAtEnd = '';
  const end = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = `${error.message}\n`;
      resolve();
    });
    child.once('exit', () => resolve());
  }).then(() => {
    // Before the guard deletes its folder.
    if (isAwaited) linesAtEnd = lastLines();
    return dismissGuard(guard);
  });
  const ended = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

  async function stop(): Promise<void> {
    if (!ended()) child.kill(server.stopSignal);
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await end;
    clearTimeout(force);
  }

  async function waitUntil(ready: () => Promise<boolean>, withinMs: number): Promise<void> {
    const giveUpAt = Date.now() + withinMs;
    isAwaited = true;
    while (!ended() && Date.now() < giveUpAt) {
      if (await ready()) {
        isAwaited = false;
        return;
      }
      await sleep(25);
    }
    const why = ended() ? 'ended while it was starting' : `was not ready within ${withinMs / 1000} s`;
    await stop();
    throw new Error(`${server.name} ${why}. The last of its log:\n${failure}${linesAtEnd}`);
  }

  return { pid: child.pid ?? -1, ended, waitUntil, stop };
}

/** `cat` ends when the other end of its pipe is gone; a server that has ended by then makes the first `kill` fail. */
const STOP_AND_DELETE = `cat >/dev/null
if kill -s "$2" "$1" 2>/dev/null; then
  tries=0
  while kill -s 0 "$1" 2>/dev/null && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -s KILL "$1" 2>/dev/null
fi
[ -z "$3" ] || rm -rf "$3"`;

function startGuard(pid: number, server: ServerCommand): ChildProcess {
  return spawnGuard(STOP_AND_DELETE, [String(pid), server.stopSignal.slice('SIG'.length), server.deleteFolder ?? '']);
}

/** Has a folder deleted when the answer is called, or when this process ends in any other way. */
export function deleteInTheEnd(folder: string): () => Promise<void> {
  const guard = spawnGuard('cat >/dev/null; rm -rf "$1"', [folder]);
  return () => dismissGuard(guard);
}

function spawnGuard(script: string, args: string[]): ChildProcess {
  const stdio: StdioOptions = ['pipe', 'ignore', 'ignore'];
  return spawn('/bin/sh', ['-c', script, 'order-sync-guard', ...args], {
    cwd: '/',
    detached: true,
    env: childEnvironment(),
    stdio,
  });
}

/** Closing the pipe lets the guard finish: a server that it watched is gone already, so that only the folder is left to delete. */
function dismissGuard(guard: ChildProcess | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (guard === undefined || guard.exitCode !== null || guard.signalCode !== null) return resolve();
    guard.once('exit', () => resolve());
    guard.stdin?.end();
  });
}
