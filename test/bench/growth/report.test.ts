/** Whether the run says so when a query does not keep its time. */
import { describe, expect, it } from '@jest/globals';
import type { Measured } from '../../../bench/growth/measure.ts';
import { isSound, reportText, verdictsOf } from '../../../bench/growth/report.ts';
import { waitsOf } from '../../../bench/waits.ts';

function measured(change: Partial<Measured> = {}): Measured {
  const query = { area: 'lists', name: 'of a bot', boundMs: 100, run: () => Promise.resolve() };
  return { query, waits: waitsOf([1, 2, 99]), error: null, mainNode: 'Index Scan: a', faults: [], ...change };
}

function reportOf(large: Measured): { text: string; sound: boolean; faults: string[] } {
  const queries = verdictsOf([measured()], [large]);
  const report = { trades: 5_000_000, events: 30_000_000, gib: 30, beside: 50_000, queries };
  return { text: reportText(report), sound: isSound(report), faults: queries.flatMap(({ faults }) => faults) };
}

describe('a query', () => {
  it('passes within its limit', () => {
    const { text, sound } = reportOf(measured());
    expect(text).toContain('Every query keeps its bound.');
    expect(text).toMatch(/^lists: of a bot +2\.0 \/ 99 +2\.0 \/ 99 +100 +Index Scan: a +yes$/m);
    expect(sound).toBe(true);
  });

  it.each<[string, Partial<Measured>]>([
    ['takes more than 100 ms', { waits: waitsOf([1, 101]) }],
    ['reads all of trades', { faults: ['reads all of trades'] }],
    [
      'Error: canceling statement due to statement timeout',
      { error: 'Error: canceling statement due to statement timeout' },
    ],
  ])('fails beyond it: %s', (fault, change) => {
    const { text, sound, faults } = reportOf(measured(change));
    expect(faults).toEqual([fault]);
    expect(sound).toBe(false);
    expect(text).toContain('1 query does NOT keep within its limit.');
  });
});
