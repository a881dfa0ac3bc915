/** A short run of the torture: whether it does what it says, and finds nothing wrong. */
import { describe, expect, it } from '@jest/globals';
import type { TortureReport } from '../../bench/torture/report.ts';
import { program } from './program.ts';

const WITHIN_MS = 400_000;
const SMALL = ['--mode', 'safety', '--minutes', '0.3', '--clients', '2', '--rate', '3', '--seed', '7', '--json'];

const torture = program('bench/torture/main.ts', WITHIN_MS);

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
