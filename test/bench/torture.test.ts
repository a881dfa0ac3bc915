/** A short run of the torture: whether it does what it says, and finds nothing wrong. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TortureReport } from '../../bench/torture/report.ts';
import { deadline } from '../support/waiting.ts';

const WITHIN_MS = 400_000;
const SMALL = ['--mode', 'safety', '--minutes', '0.3', '--clients', '2', '--rate', '3', '--seed', '7', '--json'];

let running: ReturnType<typeof spawn> | undefined;
afterEach(() => {
  // The servers, workers and clients end with it.
  running?.kill('SIGKILL');
});

async function torture(...argv: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['bench/torture/main.ts', ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  running = child;
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  await deadline(once(child, 'close'), WITHIN_MS, 'the run to end');
  return { status: child.exitCode, ...output };
}

describe('npm run torture', () => {
  it(
    'loses nothing and does nothing twice while links fail and a worker is killed',
    async () => {
      const { status, stdout, stderr } = await torture(...SMALL);

      const report = JSON.parse(stdout) as TortureReport;
      expect([report.findings, report.others]).toEqual([[], []]);
      expect(report).toMatchObject({ mode: 'safety', seed: 7, lost: 0, twice: 0, wrong: 0, settledAfterMs: null });
      expect(report.orders).toBeGreaterThan(10);
      expect(report.placements.ok).toBeGreaterThan(0);
      expect(report.counts.posts).toBeGreaterThan(0);
      expect(Object.keys(report.counts.linkFaults).length).toBeGreaterThan(0);
      expect(report.memory.map((samples) => samples.length > 0)).toEqual([true, true]);
      expect(stderr).toContain('comparing all orders');
      expect(status).toBe(0);
    },
    WITHIN_MS + 10_000,
  );

  it.each([
    ['a mode that is none', ['--mode', 'speed'], 'safety, liveness'],
    ['no client', ['--clients', '0'], 'a whole number from 1 to 100'],
  ])('refuses %s with status 2', async (_what, argv, named) => {
    const { status, stdout, stderr } = await torture(...argv);

    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(named);
  });
});
