import { describe, expect, it } from '@jest/globals';
import { hasEnded, meaningOf } from '../../../src/domain/order/exchange-order.ts';
import { isEnded, stateOf, type TradeStatus } from '../../../src/domain/order/trade.ts';

describe('the exchange’s status', () => {
  it.each([
    ['FILLED', 'completed'],
    ['CANCELLED', 'cancelled'],
    ['EXPIRED', 'expired'],
    ['FAILED', 'failed'],
  ])('%s is an end: %s', (status, as) => {
    expect(meaningOf(status)).toEqual({ kind: 'ended', as });
    expect(hasEnded({ status })).toBe(true);
  });

  it.each(['OPEN', 'PENDING', 'QUEUED', 'CANCEL_QUEUED', 'EDIT_QUEUED'])('%s is open', (status) => {
    expect(meaningOf(status)).toEqual({ kind: 'open' });
    expect(hasEnded({ status })).toBe(false);
  });

  it.each(['UNKNOWN_ORDER_STATUS', 'SETTLED', 'filled', 'CANCELED', '', 'constructor'])(
    '%j proves neither',
    (status) => {
      expect(meaningOf(status)).toEqual({ kind: 'unknown' });
      expect(hasEnded({ status })).toBe(false);
    },
  );
});

describe('a trade’s status', () => {
  it.each([
    ['placing', null, 'placed', 'blocks'],
    ['placing', 'exchange-1', 'immediate-check', 'blocks'],
    ['pending', 'exchange-1', 'monitoring', 'blocks'],
    ['stale', null, 'stale', 'blocks'],
    ['stale', 'exchange-1', 'stale', 'blocks'],
    ['completed', 'exchange-1', 'completed', 'releases'],
    ['cancelled', null, 'closed', 'releases'],
    ['expired', 'exchange-1', 'closed', 'releases'],
    ['failed', null, 'closed', 'releases'],
    ['rejected', null, 'closed', 'releases'],
  ] as [TradeStatus, string | null, string, string][])(
    '%s with the exchange id %s is the state %s, and %s the bot',
    (status, orderId, state, bot) => {
      expect(stateOf({ status, orderId })).toBe(state);
      expect(isEnded(status)).toBe(bot === 'releases');
    },
  );
});
