import { describe, expect, it } from '@jest/globals';
import { newsOf, type Reported } from '../../../src/domain/feed/news.ts';
import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import type { TrackedTrade } from '../../../src/domain/order/trade.ts';
import { anExchangeOrder as anOrder, MARKET_TRADE as MARKET, RESTING_TRADE } from './simulated-feed.ts';

const RESTING: TrackedTrade = { ...RESTING_TRADE, filledSize: '0.5' };

function shown(status: string, filledSize = '0.5'): ExchangeOrder {
  return anOrder({ status, filledSize });
}

describe('what the feed reports of an order', () => {
  it.each<[what: string, trade: TrackedTrade, reported: Reported | null, order: ExchangeOrder, news: string]>([
    ['that it is open, as is known', RESTING, null, shown('OPEN'), 'none'],
    ['more that was filled', RESTING, null, shown('OPEN', '0.50000001'), 'change'],
    ['the same in other words', RESTING, null, shown('OPEN', '0.5000'), 'none'],
    ['less than is known, which is an old picture', RESTING, null, shown('OPEN', '0.4'), 'none'],
    ['that it has ended', RESTING, null, shown('CANCELLED'), 'end'],
    ['a status that nobody knows', RESTING, null, shown('HALTED'), 'change'],
    ['the status that the row has', { ...RESTING, exchangeStatus: 'HALTED' }, null, shown('HALTED'), 'none'],
    ['another status than the row has', { ...RESTING, exchangeStatus: 'HALTED' }, null, shown('OPEN'), 'change'],
    ['the same status again', RESTING, { status: 'HALTED', filledSize: '0.5' }, shown('HALTED'), 'none'],
    ['that it is open after that status', RESTING, { status: 'HALTED', filledSize: '0.5' }, shown('OPEN'), 'change'],
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
    ['less than was reported', RESTING, { status: 'OPEN', filledSize: '1' }, shown('OPEN', '0.8'), 'none'],
    ['a part that is filled while it is placed', { ...RESTING, status: 'placing' }, null, shown('OPEN', '1'), 'change'],
    ['its end while it is placed', { ...RESTING, status: 'placing' }, null, shown('FILLED', '2'), 'end'],
    ['that it exists', { ...RESTING, orderId: null, status: 'placing' }, null, shown('OPEN', '0'), 'change'],
    ['that it was found', { ...RESTING, orderId: null, status: 'stale' }, null, shown('OPEN', '0'), 'change'],
    ['that it rests, after it was stale', { ...RESTING, status: 'stale' }, null, shown('OPEN'), 'change'],
    [
      'that a market order is still open, though it is stale',
      { ...MARKET, status: 'stale', filledSize: '0.5' },
      null,
      shown('OPEN'),
      'none',
    ],
  ])('%s', (_what, trade, reported, order, news) => {
    expect(newsOf(trade, reported, order)).toBe(news);
  });
});
