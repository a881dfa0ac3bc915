/** Whether the run says so when something is not as it should be. */
import { describe, expect, it } from '@jest/globals';
import { isSound, reportOf, reportText } from '../../../bench/cluster/report.ts';
import type { Finding } from '../../../bench/torture/audit.ts';

type Run = Parameters<typeof reportOf>[0];

const OPTIONS: Run['options'] = {
  minutes: 10,
  workers: 3,
  ordersPerSecond: 8,
  orders: 'usual',
  budget: 30,
  seed: 7,
  kills: true,
  keep: null,
};

/** A second each, so many minutes, with this much memory at the time. */
function samples(minutes: number, mibAt: (minute: number) => number): Run['memory'][number] {
  return Array.from({ length: minutes * 60 }, (_none, second) => ({ second, mib: mibAt(second / 60) }));
}

const SOUND: Run = {
  options: OPTIONS,
  orders: 4_800,
  reachedExchange: 4_650,
  kills: 60,
  killsOfAll: 6,
  endedByThemselves: 0,
  settledAfterMs: 4_000,
  firstRequestsMs: [120, 1_400],
  absencesMs: [7_900, 8_400],
  longestAbsenceMs: 8_400,
  requests: 12_000,
  busiestSecond: 30,
  blocked: { count: 1_700, meanMs: 300, medianMs: 90, p99Ms: 6_000, worstMs: 11_000 },
  findings: [],
  others: [],
  memory: [samples(10, () => 300)],
};

function found(wrong: string): Finding {
  return { known: { order: { request: { clientOrderId: 'a' } }, calls: [] }, wrong: [wrong] } as unknown as Finding;
}

/** What is not met. */
function missed(change: Partial<Run>): string[] {
  const report = reportOf({ ...SOUND, ...change });
  const verdicts = report.verdicts.filter(({ isMet }) => !isMet).map(({ what }) => what);
  expect(isSound(report)).toBe(verdicts.length === 0);
  return verdicts;
}

describe('the report of several workers', () => {
  it('passes a run in which all went well, and shows each goal beside the figure', () => {
    expect(missed({})).toEqual([]);
    const text = reportText(reportOf(SOUND));
    expect(text).toMatch(/requests in any one second, of the whole deployment +≤ 30 +30 +yes/);
    expect(text).toMatch(/longest absence of the feed +≤ 10 s +8.4 s +yes/);
    expect(text).toContain('Everything is as it should be.');
  });

  it.each<[string, Partial<Run>, string]>([
    ['bots that were slow', { orders: 4_300, reachedExchange: 4_200 }, 'orders that bots asked for'],
    ['orders that came too late', { reachedExchange: 4_300 }, 'orders that reached the exchange in time'],
    ['no worker killed', { kills: 0 }, 'workers killed'],
    ['no lone worker that started', { firstRequestsMs: [] }, 'times that all workers were killed at once'],
    ['an order that was lost', { findings: [found('LOST: no row')] }, 'orders lost'],
    ['an order that was placed twice', { findings: [found('TWICE: two orders')] }, 'orders placed twice'],
    ['an order with other figures', { findings: [found('filled 1, not 2')] }, 'anything else that is wrong'],
    ['a client without an answer', { others: ['1 clients are without'] }, 'anything else that is wrong'],
    ['a request too many', { busiestSecond: 31 }, 'requests in any one second, of the whole deployment'],
    ['a feed that was away for long', { longestAbsenceMs: 10_100 }, 'longest absence of the feed'],
    ['a lone worker that waited', { firstRequestsMs: [2_100] }, 'first request of a lone worker that restarts'],
  ])('fails a run with %s', (_what, change, verdict) => {
    expect(missed(change)).toEqual([verdict]);
  });

  it('judges the memory growth of the workers that survived', () => {
    const calm = { options: { ...OPTIONS, kills: false } };
    const growing = samples(30, (minute) => 200 + minute * 5);
    // What is compiled and cached in the first minutes is no growth.
    const steady = samples(30, (minute) => 200 + Math.min(minute * 40, 120));
    expect(missed({ ...calm, memory: [steady] })).toEqual([]);
    expect(missed({ ...calm, memory: [steady, growing] })).toEqual([
      'memory of worker 2, the last fifth of the run beside its second',
    ]);
  });
});
