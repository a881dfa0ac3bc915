/** Runs a benchmark's program, as its npm script does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from '@jest/globals';
import { deadline } from '../support/waiting.ts';

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Is killed if a test ends before it does; what it started ends with it. */
export function program(file: string, withinMs: number): (...argv: string[]) => Promise<Ended> {
  let running: ChildProcess | undefined;
  afterEach(() => {
    running?.kill('SIGKILL');
  });
  return async (...argv) => {
    const child = spawn(process.execPath, [file, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
    running = child;
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
    await deadline(once(child, 'close'), withinMs, `${file} to end`);
    return { status: child.exitCode, ...output };
  };
}
