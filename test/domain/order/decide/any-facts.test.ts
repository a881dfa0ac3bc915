import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareDecimals } from '../../../../src/domain/decimal.ts';
import { decide } from '../../../../src/domain/order/decide.ts';
import { meaningOf } from '../../../../src/domain/order/exchange-order.ts';
import type { Fact } from '../../../../src/domain/order/fact.ts';
import { isEnded, stateOf, type OrderStateName, type Trade } from '../../../../src/domain/order/trade.ts';
import { after, anOrder, ORDER_ID } from '../support/builders.ts';
import { facts, trades } from '../support/any-facts.ts';
import { holds } from '../support/holds.ts';

/** Every fact and the rows before and after it, each applied once for its key, as the store does. */
function lived(first: Trade, learnt: readonly Fact[]): { before: Trade; fact: Fact; after: Trade }[] {
  const keys = new Set<string>();
  const steps: { before: Trade; fact: Fact; after: Trade }[] = [];
  let trade = first;
  for (const fact of learnt) {
    if (keys.has(fact.key)) continue;
    keys.add(fact.key);
    const before = trade;
    trade = decide(trade, fact)?.trade ?? trade;
    steps.push({ before, fact, after: trade });
  }
  return steps;
}

/** In any order, and some of them twice. */
const sequences = fc
  .array(facts, { minLength: 1, maxLength: 30 })
  .chain((all) => fc.shuffledSubarray([...all, ...all], { minLength: all.length }));

/** The seed of a failure is printed; ORDER_SYNC_SEED runs it again. */
async function always(check: (step: ReturnType<typeof lived>[number]) => void): Promise<void> {
  const property = fc.property(trades, sequences, (trade, sequence) => {
    for (const step of lived(trade, sequence)) check(step);
  });
  await expect(holds(property)).resolves.toBeUndefined();
}

describe('whatever facts about a trade arrive, in any order and repetition', () => {
  it('an ended trade stays as it ended, except after an operator’s resolution and a reclaimed mismatch', () =>
    always(({ before, fact, after: trade }) => {
      const isDisproved = before.reason === 'RESOLVED_BY_OPERATOR' && 'order' in fact;
      const isReclaimed = before.reason === 'CLIENT_ORDER_ID_MISMATCH' && fact.type === 'reclaimed';
      if (!isEnded(before.status) || isDisproved || isReclaimed) return;
      const { status, reason, detectedBy, endedAt, immediateFill, fillDetectedAt } = trade;
      expect({ ...before, status, reason, detectedBy, endedAt, immediateFill, fillDetectedAt }).toEqual(before);
    }));

  it('the filled size falls only to what both the fills and the exchange say', () =>
    always(({ before, fact, after: trade }) => {
      if (compareDecimals(trade.filledSize, before.filledSize) >= 0) return;
      expect(fact).toMatchObject({ type: 'fills', shownSize: trade.filledSize, totals: { size: trade.filledSize } });
    }));

  it('the exchange’s id is never exchanged for another, and taken away only by a mismatch', () =>
    always(({ before, after: trade }) => {
      if (before.orderId === null || trade.orderId === before.orderId) return;
      expect(trade).toMatchObject({ orderId: null, status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH' });
    }));

  it('the row fits its status', () =>
    always(({ after: trade }) => {
      const hasEnded = isEnded(trade.status);
      expect(trade.staleSince !== null).toBe(trade.status === 'stale');
      expect(trade.endedAt !== null).toBe(hasEnded);
      expect(trade.detectedBy !== null).toBe(hasEnded);
      expect(trade.filledAt !== null).toBe(trade.status === 'completed');
      expect(trade.fillDetectedAt !== null).toBe(trade.status === 'completed');
      expect(!trade.immediateFill || trade.status === 'completed').toBe(true);
      expect(trade.status !== 'pending' || (trade.orderId !== null && trade.monitoredSince !== null)).toBe(true);
      expect(hasEnded && trade.cancelRequestedAt !== null).toBe(false);
      expect(hasEnded || (trade.reason === null && !trade.fillsComplete)).toBe(true);
    }));

  it('an order whose immediate check is over is not checked again', () =>
    always(({ fact, after: trade }) => {
      if (fact.type !== 'checked' || fact.order !== null) return;
      expect(stateOf(trade)).not.toBe('immediate-check');
    }));

  it('the state moves forward: an order that was sent is never placed again, nor one that was monitored checked', () =>
    always(({ before, after: trade }) => {
      const later: Record<OrderStateName, OrderStateName[]> = {
        placed: [],
        'immediate-check': ['placed'],
        monitoring: ['placed', 'immediate-check'],
        stale: ['placed', 'immediate-check'],
        completed: ['placed', 'immediate-check'],
        closed: ['placed', 'immediate-check'],
      };
      expect(later[stateOf(before)]).not.toContain(stateOf(trade));
    }));

  it('is decided in plain JSON, because it passes through histories', () =>
    always(({ before, fact }) => {
      const decided = decide(before, fact);
      expect(JSON.parse(JSON.stringify(decided))).toEqual(decided);
    }));

  it('the given trade is not modified', () =>
    always(({ before, fact }) => {
      const copy = structuredClone(before);
      decide(before, fact);
      expect(before).toEqual(copy);
    }));

  it('the same observation is not news twice', () =>
    always(({ fact, after: trade }) => {
      if (fact.type !== 'observed' || fact.requester !== undefined || trade.orderId !== fact.order.orderId) return;
      expect(decide(trade, fact)).toBeNull();
    }));

  it('an older fact takes nothing back', () =>
    always(({ before, fact, after: trade }) => {
      const isOlder = before.lastCheckedAt !== null && Date.parse(fact.at) < Date.parse(before.lastCheckedAt);
      if (!isOlder || !('order' in fact) || fact.order === null || fact.type === 'reclaimed') return;
      if (before.orderId !== fact.order.orderId || meaningOf(fact.order.status).kind === 'ended') return;
      const isCheckOver = fact.type === 'checked' && stateOf(before) === 'immediate-check';
      const isMismatch = trade.reason === 'CLIENT_ORDER_ID_MISMATCH';
      expect(isCheckOver || isMismatch || trade.status === before.status).toBe(true);
      expect(trade.exchangeStatus).toBe(before.exchangeStatus);
      expect(trade.lastCheckedAt).toBe(before.lastCheckedAt);
    }));
});

describe('any trade that has not ended', () => {
  const ENDS = [
    ['FILLED', 'completed'],
    ['CANCELLED', 'cancelled'],
    ['EXPIRED', 'expired'],
    ['FAILED', 'failed'],
  ] as const;

  it('ends as the exchange says once that is seen', async () => {
    const property = fc.property(trades, sequences, fc.constantFrom(...ENDS), (first, sequence, [status, ended]) => {
      const trade = lived(first, sequence).at(-1)?.after ?? first;
      if (isEnded(trade.status)) return;
      const order = { ...anOrderOf(trade), status, filledSize: '0.9' };
      const seen = decide(trade, { type: 'observed', key: 'end', at: after(500_000), order, source: 'push' });
      expect(seen?.trade).toMatchObject({ status: ended, filledSize: '0.9', exchangeStatus: status });
    });
    await expect(holds(property)).resolves.toBeUndefined();
  });
});

function anOrderOf(trade: Trade) {
  return anOrder({ orderId: trade.orderId ?? ORDER_ID });
}
