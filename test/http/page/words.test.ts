import { describe, expect, it } from '@jest/globals';
import type { EventCause } from '../../../src/domain/order/trade-event.ts';
import type { Trade } from '../../../src/domain/order/trade.ts';
import type { StoredEvent } from '../../../src/ports/trade-store.ts';
import { duration, moment, orderInWords } from '../../../src/http/page/words/format.ts';
import { eventInWords } from '../../../src/http/page/words/timeline.ts';
import { whyBlocked } from '../../../src/http/page/words/why.ts';
import { aTrade } from '../../domain/order/support/builders.ts';

const NOW_MS = Date.parse('2026-11-29T12:00:00.000Z');
const SECONDS_AGO = (seconds: number) => new Date(NOW_MS - seconds * 1_000).toISOString();
const RESTING = { limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00' } };

function event(cause: EventCause, fields: Partial<StoredEvent> = {}): StoredEvent {
  const status = 'pending' as const;
  return {
    at: SECONDS_AGO(1),
    fromStatus: status,
    toStatus: status,
    state: 'monitoring',
    cause,
    source: 'look',
    requestedBy: null,
    sentBy: null,
    reason: null,
    evidence: null,
    factKey: null,
    ...fields,
  };
}

describe('durations', () => {
  it.each([
    [-3, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3_599, '59 min'],
    [11_100, '3 h 05 min'],
    [1_051_200, '12 d 4 h'],
  ])('of %d s are %s', (seconds, words) => expect(duration(seconds)).toBe(words));

  it('show the day of a time that is not of today', () => {
    expect(moment('2026-11-29T03:04:05.678Z', NOW_MS).toString()).toContain('>03:04:05<');
    expect(moment('2026-11-28T03:04:05.678Z', NOW_MS).toString()).toContain('>2026-11-28 03:04<');
  });
});

describe('an order in words', () => {
  it.each<[Partial<Trade>, string]>([
    [{}, 'Buy 10.00 USD of BTC-USD at market'],
    [{ side: 'SELL', orderConfiguration: RESTING }, 'Sell 0.002 BTC-USD at 50000.00, limit GTC'],
    [
      {
        orderConfiguration: {
          stop_limit_stop_limit_gtd: { base_size: '1', limit_price: '9', stop_price: '10', end_time: 'x' },
        },
      },
      'Buy 1 BTC-USD at 9 once 10 is met, stop limit stop limit GTD',
    ],
    [{ orderConfiguration: { something_new: {} } }, 'Buy BTC-USD as something new'],
  ])('%j is %s', (fields, words) => {
    const configuration = { orderConfiguration: { market_market_ioc: { quote_size: '10.00' } } };
    expect(orderInWords(aTrade({ productId: 'BTC-USD', side: 'BUY', ...configuration, ...fields }))).toBe(words);
  });
});

describe('why a bot is blocked', () => {
  it.each<[string, Partial<Trade>, RegExp]>([
    ['unsent', { status: 'placing', orderId: null, postAttempts: 0 }, /waits to be sent/],
    ['sent', { status: 'placing', orderId: null, postAttempts: 2 }, /sent 2 times, and no answer/],
    ['accepted', { status: 'placing', orderId: 'x' }, /accepted it; it is being checked/],
    ['unknown', { status: 'stale', orderId: null }, /it is not known whether the exchange has it/],
    [
      'late',
      { status: 'stale', orderId: 'x', exchangeStatus: 'OPEN' },
      /should have ended at once .* last showed OPEN/,
    ],
    ['unconfirmed', { status: 'stale', orderId: 'x', orderConfiguration: RESTING }, /No answer .* has confirmed it/],
    [
      'resting',
      { status: 'pending', orderConfiguration: RESTING, exchangeStatus: 'OPEN', lastCheckedAt: SECONDS_AGO(5) },
      /rests at the exchange \(OPEN, seen 5 s ago\)/,
    ],
    [
      'cancelled',
      { status: 'pending', cancelSubmittedAt: SECONDS_AGO(1) },
      /A cancel was sent; its end is not confirmed/,
    ],
  ])('is explained for an order that is %s', (_name, fields, words) => {
    expect(whyBlocked(aTrade(fields), [], NOW_MS)).toMatch(words);
  });

  it('is an unresolved issue first of all', () => {
    expect(whyBlocked(aTrade({ status: 'pending' }), ['missed_fill'], NOW_MS)).toMatch(/has filled it, and the bot/);
  });
});

describe('an event in words', () => {
  it('says what was seen, and leaves out what was not', () => {
    const seen = { status: 'FILLED', filled_size: '0.5', average_filled_price: '20000.10' };
    expect(eventInWords(event('manual_sync', { evidence: seen }))).toBe(
      'It was synced manually; the exchange showed FILLED, 0.5 at 20000.10.',
    );
    expect(eventInWords(event('observed', { source: 'push', evidence: { status: 'OPEN', filled_size: '0' } }))).toBe(
      'A push of the exchange showed OPEN.',
    );
    expect(eventInWords(event('refused', { evidence: { code: 'INSUFFICIENT_FUND', message: 'no money' } }))).toBe(
      'The exchange refused it: INSUFFICIENT_FUND, no money.',
    );
    expect(eventInWords(event('cancel_answered', { evidence: { submitted: true } }))).toMatch(/has not ended yet/);
    expect(eventInWords(event('observed', { evidence: { status: { odd: 1 } } }))).toBe(
      'A look at the order showed no status.',
    );
  });
});
