/** `npm run worker` as a process of its own, to be killed by a test. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { deadline } from './waiting.ts';

export interface WorkerProcess {
  /** SIGKILL: it ends at once, and gives nothing back. */
  kill(): Promise<void>;
  /** SIGTERM: it ends in good order; answers the exit status, null if it did not end by itself. */
  terminate(): Promise<number | null>;
  /** What it has logged so far. */
  log(): string;
}

/** Resolves when the worker polls. */
export async function startWorkerProcess(settings: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const child = spawnWorker(settings);
  let log = '';
  child.stderr?.on('data', (chunk) => (log += String(chunk)));
  try {
    await deadline(untilReady(child), 120_000, 'the worker to be ready');
  } catch (error) {
    await end(child, 'SIGKILL');
    throw new Error(`the worker did not become ready: ${log}`, { cause: error });
  }
  return {
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    terminate: () => end(child, 'SIGTERM'),
    log: () => log,
  };
}

interface RunOptions {
  /** Default: it ends by itself. */
  terminateAt?: string;
  /** Default `worker`. */
  command?: 'worker' | 'start';
}

/** Runs a worker that is expected to end by itself, or at a SIGTERM that is sent when its log says `terminateAt`. */
export async function runWorkerProcess(
  settings: Readonly<Record<string, string>>,
  { terminateAt, command }: RunOptions = {},
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawnWorker(settings, command);
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => {
    output.stderr += String(chunk);
    if (terminateAt === undefined || child.killed || !output.stderr.includes(terminateAt)) return;
    child.kill('SIGTERM');
  });
  try {
    await deadline(once(child, 'close'), 120_000, 'the worker to end by itself');
  } finally {
    await end(child, 'SIGKILL');
  }
  return { status: child.exitCode, ...output };
}

function spawnWorker(settings: Readonly<Record<string, string>>, command = 'worker'): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, ['src/main.ts', command], {
    env: { PATH, HOME, ORDER_SYNC_HTTP_PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function untilReady(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('the worker has no output');
  for await (const line of createInterface(child.stdout)) {
    if (line !== 'ready') continue;
    child.stdout.resume();
    return;
  }
  throw new Error('it ended before that');
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return child.exitCode;
}
