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
  it.each<[what: string, news: string, trade: TrackedTrade, reported: Reported | null, order: ExchangeOrder]>([
    ['that it is open, as is known', 'none', RESTING, null, shown('OPEN')],
    ['more that was filled', 'change', RESTING, null, shown('OPEN', '0.50000001')],
    ['the same in other words', 'none', RESTING, null, shown('OPEN', '0.5000')],
    ['less than is known, which is an old picture', 'none', RESTING, null, shown('OPEN', '0.4')],
    ['that it has ended', 'end', RESTING, null, shown('CANCELLED')],
    ['a status that nobody knows', 'change', RESTING, null, shown('HALTED')],
    ['the status that the row has', 'none', { ...RESTING, exchangeStatus: 'HALTED' }, null, shown('HALTED')],
    ['another status than the row has', 'change', { ...RESTING, exchangeStatus: 'HALTED' }, null, shown('OPEN')],
    ['the same status again', 'none', RESTING, { status: 'HALTED', filledSize: '0.5' }, shown('HALTED')],
    ['that it is open after that status', 'change', RESTING, { status: 'HALTED', filledSize: '0.5' }, shown('OPEN')],
    ['its end again', 'none', RESTING, { status: 'FILLED', filledSize: '2' }, shown('FILLED', '2')],
    ['an end with more filled', 'end', RESTING, { status: 'CANCELLED', filledSize: '1' }, shown('CANCELLED', '1.5')],
    ['that it is open after its end', 'none', RESTING, { status: 'FILLED', filledSize: '2' }, shown('OPEN', '2')],
    [
      'its end with less, because some was taken back',
      'end',
      RESTING,
      { status: 'OPEN', filledSize: '1' },
      shown('CANCELLED', '0'),
    ],
    ['less than was reported', 'none', RESTING, { status: 'OPEN', filledSize: '1' }, shown('OPEN', '0.8')],
    ['a part that is filled while it is placed', 'change', { ...RESTING, status: 'placing' }, null, shown('OPEN', '1')],
    ['its end while it is placed', 'end', { ...RESTING, status: 'placing' }, null, shown('FILLED', '2')],
    ['that it exists', 'change', { ...RESTING, orderId: null, status: 'placing' }, null, shown('OPEN', '0')],
    ['that it was found', 'change', { ...RESTING, orderId: null, status: 'stale' }, null, shown('OPEN', '0')],
    ['that it rests, after it was stale', 'change', { ...RESTING, status: 'stale' }, null, shown('OPEN')],
    [
      'that a market order is still open, though it is stale',
      'none',
      { ...MARKET, status: 'stale', filledSize: '0.5' },
      null,
      shown('OPEN'),
    ],
  ])('%s: %s', (_what, news, trade, reported, order) => {
    expect(newsOf(trade, reported, order)).toBe(news);
  });
});
