/** The small version of the benchmarks: whether they measure what they say, not how fast it is. */
import { describe, expect, it } from '@jest/globals';
import { SCENARIOS } from '../../bench/scenarios/index.ts';
import { program } from './program.ts';

const WITHIN_MS = 600_000;

interface Figure {
  name: string;
  engine: string;
  failure: string | null;
  reached: boolean;
  measured: Record<string, number>;
  orders: { checked: number; unreleased: number; lost: number; twice: number };
  quantilesMs: Record<string, number[]>;
}

const bench = program('bench/main.ts', WITHIN_MS);

describe('npm run bench', () => {
  it(
    'measures every figure, releases every bot, loses nothing and exits with 0 in its small version',
    async () => {
      const { status, stdout, stderr } = await bench('--small', '--json');

      const report = JSON.parse(stdout) as { figures: Figure[]; surroundings: object; totals: Figure['orders'] };
      const failures = report.figures.filter(({ failure }) => failure !== null);
      expect(failures).toEqual([]);
      expect(report.figures.map(({ name }) => name)).toEqual(SCENARIOS.map(({ name }) => name));
      for (const { name, engine, measured } of report.figures) {
        expect([name, engine]).toEqual([name, expect.stringMatching(/\d/)]);
        for (const [figure, value] of Object.entries(measured)) {
          expect([name, figure, Number.isFinite(value)]).toEqual([name, figure, true]);
        }
      }
      expect(report.totals).toMatchObject({ unreleased: 0, lost: 0, twice: 0 });
      expect(report.totals.checked).toBeGreaterThan(50);
      const latency = report.figures.find(({ name }) => name === 'latency-push');
      expect(Object.keys(latency?.quantilesMs ?? {})).toEqual(['engine, push healthy', 'baseline']);
      expect(report.surroundings).toMatchObject({ node: process.versions.node, temporalServer: expect.any(String) });
      expect(stderr).toContain('latency-push');
      expect(status).toBe(0);
    },
    WITHIN_MS + 10_000,
  );

  it.each([
    ['a scenario that is none', ['--only', 'speed'], 'there is no scenario "speed"'],
    ['too few orders for the fills', ['--orders', '5'], '--orders must be larger'],
    ['a part of a run to be written', ['--only', 'memory', '--write'], 'only a whole run is written'],
  ])('refuses %s with status 2', async (_what, argv, named) => {
    const { status, stdout, stderr } = await bench(...argv);

    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(named);
  });
});
