import { describe, expect, it } from '@jest/globals';
import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import type { Trade } from '../../../src/domain/order/trade.ts';
import { compareOrder } from '../../../src/domain/reconciliation/compare-order.ts';
import {
  endedButRunning,
  lacksWorkflow,
  outlivesTrade,
  turnOf,
} from '../../../src/domain/reconciliation/compare-workflow.ts';
import { orphan } from '../../../src/domain/reconciliation/difference.ts';
import { isIssue } from '../../../src/domain/reconciliation/grace-period.ts';
import { absentDifference, staleDifference, type Proof } from '../../../src/domain/reconciliation/stale.ts';
import { LIMIT_ORDER, orderLike, tradeLike } from './builders.ts';

const NOW = Date.parse('2026-11-23T12:00:00.000Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;
const HOUR = 3_600_000;

function compare(trade: Partial<Trade>, order: Partial<ExchangeOrder>) {
  return compareOrder(tradeLike({ createdAt: ago(2 * MINUTE), ...trade }), orderLike(order), NOW);
}

describe('a trade beside its order', () => {
  it.each<[string, Partial<Trade>, Partial<ExchangeOrder>]>([
    ['both are open', { status: 'pending' }, { status: 'OPEN' }],
    ['it is not in the list of OPEN orders yet', { status: 'pending' }, { status: 'PENDING' }],
    ['both ended in the same way', { status: 'cancelled', fillsComplete: true }, { status: 'CANCELLED' }],
    ['a refused order is FAILED there', { status: 'rejected', fillsComplete: true }, { status: 'FAILED' }],
    ['the exchange says a word that is not known', { status: 'pending' }, { status: 'HALTED' }],
  ])('agrees when %s', (_what, trade, order) => {
    expect(compare(trade, order)).toBeNull();
  });

  it.each<[string, Partial<Trade>, Partial<ExchangeOrder>, string]>([
    ['missed_fill', { status: 'pending' }, { status: 'FILLED', lastFillTime: ago(MINUTE) }, 'signal'],
    ['missed_fill', { status: 'cancelled' }, { status: 'FILLED' }, 'none'],
    ['missed_fill', { status: 'failed', reason: 'RESOLVED_BY_OPERATOR' }, { status: 'FILLED' }, 'signal'],
    ['missed_cancel', { status: 'stale' }, { status: 'EXPIRED' }, 'signal'],
    ['figures_differ', { status: 'pending' }, { status: 'OPEN', filledSize: '0.1' }, 'signal'],
    ['figures_differ', { status: 'completed' }, { status: 'OPEN' }, 'none'],
    ['figures_differ', { status: 'cancelled', fillsComplete: false }, { status: 'CANCELLED' }, 'none'],
    ['stale', { status: 'stale', orderConfiguration: LIMIT_ORDER }, { status: 'OPEN' }, 'signal'],
    ['stale', { status: 'placing', orderId: null }, { status: 'OPEN' }, 'signal'],
  ])('differs as %s: %j beside %j', (kind, trade, order, repair) => {
    expect(compare(trade, order)).toMatchObject({ kind, repair: { kind: repair } });
  });

  it('differs by a corrected fee, and not by the rounding of one', () => {
    const ended: Partial<Trade> = { status: 'completed', fillsComplete: true, filledSize: '0.002' };
    const totals = { status: 'FILLED', filledSize: '0.0020', filledValue: '100', totalFees: '0.60' };

    expect(compare({ ...ended, filledValue: '100', totalFees: '0.60000001' }, totals)).toBeNull();
    expect(compare({ ...ended, filledValue: '100', totalFees: '0.40' }, totals)).toMatchObject({
      kind: 'figures_differ',
      detail: 'fees 0.40, at the exchange 0.60',
    });
  });

  it('is blocked since the last fill, which the exchange tells', () => {
    const found = compare({ status: 'pending' }, { status: 'FILLED', lastFillTime: ago(5 * MINUTE) });
    expect(found?.since).toBe(ago(5 * MINUTE));
  });
});

describe('a difference', () => {
  const cancel = compare({ status: 'pending' }, { status: 'CANCELLED' });
  if (cancel === null) throw new Error('it must differ');

  it.each([
    [59_000, false],
    [60_000, true],
  ])('that the exchange dates %i ms back is an issue: %s', (ageMs, issue) => {
    const discrepancy = { firstSeenAt: ago(0), seenBefore: false };
    expect(isIssue({ ...cancel, since: ago(ageMs) }, discrepancy, NOW)).toBe(issue);
  });

  it('without a time is an issue a minute after it was first seen', () => {
    expect(isIssue(cancel, { firstSeenAt: ago(59_000), seenBefore: true }, NOW)).toBe(false);
    expect(isIssue(cancel, { firstSeenAt: ago(61_000), seenBefore: true }, NOW)).toBe(true);
  });

  it('of an orphan is an issue in the second run that sees it', () => {
    const found = orphan(orderLike({ createdTime: ago(HOUR) }));
    expect(isIssue(found, { firstSeenAt: ago(0), seenBefore: false }, NOW)).toBe(false);
    expect(isIssue(found, { firstSeenAt: ago(MINUTE), seenBefore: true }, NOW)).toBe(true);
  });
});

describe('a trade that stays undecided', () => {
  it.each<[string, string | null, Partial<Trade>]>([
    ['placing within its time', null, { status: 'placing', createdAt: ago(2 * MINUTE) }],
    ['placing for long', 'warning', { status: 'placing', createdAt: ago(4 * MINUTE) }],
    ['an immediate order within its window', null, { status: 'pending', createdAt: ago(6 * MINUTE) }],
    ['an immediate order past its window', 'warning', { status: 'pending', createdAt: ago(10 * MINUTE) }],
    ['a resting order', null, { status: 'pending', createdAt: ago(1_000 * HOUR), orderConfiguration: LIMIT_ORDER }],
    ['stale for a moment', null, { status: 'stale', staleSince: ago(4 * MINUTE) }],
    ['stale for minutes', 'warning', { status: 'stale', staleSince: ago(6 * MINUTE) }],
    ['stale for hours', 'critical', { status: 'stale', staleSince: ago(2 * HOUR) }],
    ['ended', null, { status: 'failed', createdAt: ago(1_000 * HOUR) }],
  ])('%s: %s', (_what, level, trade) => {
    expect(staleDifference(tradeLike(trade), null, NOW)?.level ?? null).toBe(level);
  });

  it('is measured by its own policy', () => {
    const policy = { ...DEFAULT_POLICY, monitorForMs: 24 * HOUR };
    expect(staleDifference(tradeLike({ status: 'pending', createdAt: ago(20 * HOUR), policy }), null, NOW)).toBeNull();
  });

  it('cannot be verified when the exchange does not know its id an hour later, and before is only late', () => {
    expect(absentDifference(tradeLike({ createdAt: ago(2 * HOUR) }), 'shows-others', NOW)).toMatchObject({
      kind: 'unknown_at_exchange',
      level: 'critical',
      repair: { kind: 'none' },
    });
    expect(absentDifference(tradeLike({ createdAt: ago(2 * MINUTE) }), 'shows-others', NOW)).toBeNull();
    const withoutId = tradeLike({ orderId: null, status: 'stale', staleSince: ago(HOUR) });
    expect(absentDifference(withoutId, 'shows-others', NOW)).toMatchObject({ kind: 'stale' });
  });
});

describe('an order that the exchange does not know', () => {
  it.each<[Proof, number, boolean]>([
    ['shows-others', 0, true],
    ['none', 0, false],
    ['none', 59_000, false],
    ['none', MINUTE, true],
    ['lacks-others', 59 * MINUTE, false],
    ['lacks-others', HOUR, true],
  ])('is an issue where the exchange %s, %i ms after a run first saw it: %s', (proof, seenForMs, issue) => {
    const found = absentDifference(tradeLike({ createdAt: ago(2 * HOUR) }), proof, NOW);
    if (found === null) throw new Error('it must differ');
    expect(isIssue(found, { firstSeenAt: ago(seenForMs), seenBefore: seenForMs > 0 }, NOW)).toBe(issue);
  });
});

describe('a trade and its workflow', () => {
  /** It took its time before it came to the workflows. */
  const RUN = { startedAt: ago(30_000) };

  it.each<[string, boolean, Partial<Trade>]>([
    ['an open one that was just written', false, { status: 'pending', updatedAt: ago(30_000) }],
    ['an open one', true, { status: 'pending', updatedAt: ago(2 * MINUTE) }],
    ['an ended one', false, { status: 'completed', updatedAt: ago(2 * MINUTE) }],
    [
      'one that a resumed run could still place',
      false,
      {
        status: 'placing',
        orderId: null,
        createdAt: ago(90_000),
        updatedAt: ago(90_000),
        policy: { ...DEFAULT_POLICY, placeForMs: 120_000 },
      },
    ],
  ])('%s lacks one: %s', (_what, lacks, trade) => {
    expect(lacksWorkflow(tradeLike(trade), NOW)).toBe(lacks);
  });

  it('may run for half a minute after the end, however recently its fills were recorded', () => {
    const ended = tradeLike({ status: 'completed', endedAt: ago(30_000), updatedAt: ago(1_000) });
    expect(outlivesTrade(ended, ago(HOUR), RUN, NOW)).toBe(true);
    expect(isIssue(endedButRunning(ended), { firstSeenAt: ago(0), seenBefore: false }, NOW)).toBe(true);
    expect(outlivesTrade({ ...ended, endedAt: ago(29_000) }, ago(HOUR), RUN, NOW)).toBe(false);
    expect(outlivesTrade({ ...ended, status: 'pending' }, ago(HOUR), RUN, NOW)).toBe(false);
  });

  it.each<[string, number, boolean]>([
    ['the run itself started', 0, false],
    ['was started just before the run', 9_000, false],
    ['had time to answer', 11_000, true],
  ])('after the end, one that %s: started %d ms before the run, overdue %s', (_what, beforeMs, isOverdue) => {
    const ended = tradeLike({ status: 'completed', endedAt: ago(HOUR) });
    const startedAt = new Date(Date.parse(RUN.startedAt) - beforeMs).toISOString();
    expect(outlivesTrade(ended, startedAt, RUN, NOW)).toBe(isOverdue);
  });
});

describe('too many to examine in one run', () => {
  it('take turns, each once in a round', () => {
    const items = Array.from({ length: 7 }, (_, index) => index);
    const round = [12, 13, 14].map((run) => turnOf(items, 3, run));
    expect(round).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(turnOf(items, 300, 12)).toEqual(items);
    expect(turnOf([], 3, 12)).toEqual([]);
  });
});
