import { describe, expect, it } from '@jest/globals';
import { isBeingPlaced, isSeenByPlacement, newsOf, type Told } from '../../../src/domain/feed/news.ts';
import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import type { WatchedTrade } from '../../../src/domain/order/watched-trade.ts';
import {
  after,
  anOrder,
  aTrade,
  MARKET as MARKET_CONFIGURATION,
  ORDER_ID,
  RESTING as RESTING_CONFIGURATION,
} from '../order/support/builders.ts';

const RESTING: WatchedTrade = aTrade({
  orderId: ORDER_ID,
  orderConfiguration: RESTING_CONFIGURATION,
  status: 'pending',
  filledSize: '0.5',
});
const MARKET: WatchedTrade = { ...RESTING, orderConfiguration: MARKET_CONFIGURATION };

function shown(status: string, filledSize = '0.5'): ExchangeOrder {
  return anOrder({ status, filledSize });
}

describe('what the feed tells an order', () => {
  it.each<[what: string, trade: WatchedTrade, told: Told | null, order: ExchangeOrder, news: string]>([
    ['that it is open, as is known', RESTING, null, shown('OPEN'), 'none'],
    ['more that was filled', RESTING, null, shown('OPEN', '0.50000001'), 'change'],
    ['the same in other words', RESTING, null, shown('OPEN', '0.5000'), 'none'],
    ['less than is known, which is an old picture', RESTING, null, shown('OPEN', '0.4'), 'none'],
    ['that it has ended', RESTING, null, shown('CANCELLED'), 'end'],
    ['a word that nobody knows', RESTING, null, shown('HALTED'), 'change'],
    ['the same word again', RESTING, { status: 'HALTED', filledSize: '0.5' }, shown('HALTED'), 'none'],
    ['that it is open after that word', RESTING, { status: 'HALTED', filledSize: '0.5' }, shown('OPEN'), 'change'],
    ['its end again', RESTING, { status: 'FILLED', filledSize: '2' }, shown('FILLED', '2'), 'none'],
    ['an end with more filled', RESTING, { status: 'CANCELLED', filledSize: '1' }, shown('CANCELLED', '1.5'), 'end'],
    ['that it is open after its end', RESTING, { status: 'FILLED', filledSize: '2' }, shown('OPEN', '2'), 'none'],
    [
      'its end with less, because some was taken back',
      RESTING,
      { status: 'OPEN', filledSize: '1' },
      shown('CANCELLED', '0'),
      'end',
    ],
    ['less than was told', RESTING, { status: 'OPEN', filledSize: '1' }, shown('OPEN', '0.8'), 'none'],
    ['that it is open, while it is placed', { ...RESTING, status: 'placing' }, null, shown('OPEN', '1'), 'none'],
    ['its end, while it is placed', { ...RESTING, status: 'placing' }, null, shown('FILLED', '2'), 'end'],
    ['that it was found', { ...RESTING, orderId: null, status: 'stale' }, null, shown('OPEN', '0'), 'change'],
    ['that it rests, after it was stale', { ...RESTING, status: 'stale' }, null, shown('OPEN'), 'change'],
    [
      'that a market order is still open, though it is stale',
      { ...MARKET, status: 'stale' },
      null,
      shown('OPEN'),
      'none',
    ],
  ])('%s', (_what, trade, told, order, news) => {
    expect(newsOf(trade, told, order)).toBe(news);
  });
});

describe('what is seen of an order that is being placed', () => {
  const recordedAtMs = Date.parse(after(0));
  const sent = { status: 'placing', orderId: null, updatedAt: after(0) } as const;
  const accepted = { ...sent, orderId: ORDER_ID };

  it.each([
    ['while the POST is under way', sent, 40, true, false],
    ['before its id was written down', accepted, -40, true, true],
    ['while the first look is under way', accepted, 40, true, true],
    ['between two looks', accepted, 240, false, false],
    ['after the immediate check', { ...accepted, status: 'pending' as const }, 40, false, false],
  ])('%s', (_when, trade, afterMs, isPlaced, isSeen) => {
    expect(isBeingPlaced(trade, recordedAtMs + afterMs)).toBe(isPlaced);
    expect(isSeenByPlacement(trade, recordedAtMs + afterMs)).toBe(isSeen);
  });
});
