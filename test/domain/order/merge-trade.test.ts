import { describe, expect, it } from '@jest/globals';
import { mergeTrade } from '../../../src/domain/order/merge-trade.ts';
import type { TradeChange } from '../../../src/domain/order/trade-change.ts';
import type { Trade } from '../../../src/domain/order/trade.ts';
import { after, aTrade, ORDER_ID } from './support/builders.ts';

const OPEN = aTrade({
  orderId: ORDER_ID,
  status: 'pending',
  postAttempts: 1,
  postAttemptedAt: after(100),
});

const FILLED: Trade = {
  ...OPEN,
  status: 'completed',
  detectedBy: 'monitoring',
  fillDetectedAt: '2026-11-23T12:00:05.000Z',
  filledAt: '2026-11-23T12:00:05.000Z',
  filledSize: '0.5',
  averageFilledPrice: '20000',
};

function change(trade: Trade, more: Partial<TradeChange> = {}): TradeChange {
  return {
    key: 'k',
    trade,
    state: 'monitoring',
    cause: 'observed',
    source: 'look',
    requestedBy: null,
    reason: null,
    evidence: null,
    corrects: false,
    ...more,
  };
}

describe('a trade that is open', () => {
  it('takes all that a change brings', () => {
    expect(mergeTrade(OPEN, change(FILLED))).toEqual({ trade: FILLED, kept: [] });
  });

  it('keeps what is the database’s own or part of the intent', () => {
    const odd: Trade = { ...OPEN, botId: 'bot8', side: 'SELL', postAttempts: 9, createdAt: 'x', updatedAt: 'y' };
    expect(mergeTrade(OPEN, change(odd)).trade).toEqual(OPEN);
  });

  it('receives its exchange id', () => {
    const placing: Trade = { ...OPEN, status: 'placing', orderId: null };
    expect(mergeTrade(placing, change(OPEN)).trade).toEqual(OPEN);
  });
});

describe('the exchange id of a trade', () => {
  it('is not replaced by another, and nothing is taken from a change that is of the other order', () => {
    const { trade, kept } = mergeTrade(OPEN, change({ ...FILLED, orderId: 'exchange-2' }));
    expect(trade).toEqual(OPEN);
    expect(kept).toContain('orderId');
    expect(kept).toContain('status');
  });

  it('is not lost to a change that does not know it', () => {
    const unaware: Trade = { ...OPEN, orderId: null, status: 'failed', reason: 'NOT_PLACED_IN_TIME' };
    expect(mergeTrade(OPEN, change(unaware, { cause: 'not_placed_in_time' }))).toEqual({
      trade: OPEN,
      kept: ['orderId', 'status', 'reason'],
    });
  });

  it('is taken away when the order proves not to be the one of the intent', () => {
    const mismatch: Trade = { ...OPEN, orderId: null, status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH' };
    expect(mergeTrade(OPEN, change(mismatch, { cause: 'intent_mismatch' }))).toEqual({ trade: mismatch, kept: [] });
  });

  it('is not exchanged even then', () => {
    const other: Trade = { ...OPEN, orderId: 'exchange-2', status: 'failed' };
    expect(mergeTrade(OPEN, change(other, { cause: 'intent_mismatch' })).trade).toEqual(OPEN);
  });
});

describe('a trade that has ended', () => {
  it('stays ended, with its figures, when a late look shows it open', () => {
    expect(mergeTrade(FILLED, change(OPEN))).toEqual({
      trade: FILLED,
      kept: ['status', 'detectedBy', 'fillDetectedAt', 'filledAt', 'filledSize', 'averageFilledPrice'],
    });
  });

  it('keeps its first end and takes the figures of a second', () => {
    const cancelled: Trade = { ...OPEN, status: 'cancelled', detectedBy: 'manual-sync', filledSize: '0.1' };
    const { trade, kept } = mergeTrade(cancelled, change({ ...FILLED, filledSize: '0.2' }));
    expect(trade).toMatchObject({ status: 'cancelled', detectedBy: 'manual-sync', filledAt: null, filledSize: '0.2' });
    expect(kept).toEqual(['status', 'detectedBy', 'fillDetectedAt', 'filledAt']);
  });

  it('is made whole by the figures that come after its end', () => {
    const whole: Trade = { ...FILLED, filledValue: '10000', totalFees: '3.5', fillsComplete: true };
    expect(mergeTrade(FILLED, change(whole))).toEqual({ trade: whole, kept: [] });
  });

  it('takes the exchange’s time of the fill while it has only the time of detection', () => {
    const exact: Trade = { ...FILLED, filledAt: '2026-11-23T12:00:01.250Z' };
    expect(mergeTrade(FILLED, change(exact))).toEqual({ trade: exact, kept: [] });
    expect(mergeTrade(exact, change({ ...exact, filledAt: '2026-11-23T12:00:02.000Z' }))).toEqual({
      trade: exact,
      kept: ['filledAt'],
    });
  });

  it('does not take a later time of detection for the exchange’s', () => {
    const again = '2026-11-23T12:00:09.000Z';
    expect(mergeTrade(FILLED, change({ ...FILLED, fillDetectedAt: again, filledAt: again })).trade).toEqual(FILLED);
  });

  it('is corrected by a change that says so', () => {
    const resolved: Trade = { ...OPEN, status: 'failed', reason: 'operator', detectedBy: 'manual-sync' };
    expect(mergeTrade(resolved, change(FILLED, { cause: 'corrected', corrects: true }))).toEqual({
      trade: FILLED,
      kept: [],
    });
  });
});
