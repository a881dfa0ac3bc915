/** A feed's tracker on a simulated clock, with what it asks and reports written in a few words. */
import type { ExchangeOrder, Fill } from '../../../src/domain/order/exchange-order.ts';
import type { TrackedTrade, Trade } from '../../../src/domain/order/trade.ts';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import { FeedTracker } from '../../../src/domain/feed/feed-tracker.ts';
import type { Poll } from '../../../src/domain/feed/polls.ts';
import type { PushedOrder } from '../../../src/domain/feed/pushed-order.ts';
import { after as at, anOrder, aTrade, START } from '../order/support/builders.ts';

export { at };

export const START_MS = Date.parse(START);

export const RESTING_TRADE: TrackedTrade = {
  clientOrderId: 'a',
  orderId: 'x-a',
  productId: 'BTC-USD',
  side: 'BUY',
  orderConfiguration: { limit_limit_gtc: { base_size: '2', limit_price: '20000.00' } },
  policy: DEFAULT_POLICY,
  status: 'pending',
  filledSize: '0',
  exchangeStatus: 'OPEN',
  lastCheckedAt: null,
};

export const MARKET_TRADE: TrackedTrade = {
  ...RESTING_TRADE,
  orderConfiguration: { market_market_ioc: { quote_size: '10.00' } },
};

/** A resting trade of that client order id; the exchange's is the same after `x-`. */
export function resting(clientOrderId: string, fields: Partial<TrackedTrade> = {}): TrackedTrade {
  return { ...RESTING_TRADE, clientOrderId, orderId: `x-${clientOrderId}`, ...fields };
}

export function openTrades(count: number, fields: Partial<TrackedTrade> = {}): TrackedTrade[] {
  return Array.from({ length: count }, (_, index) => resting(`c${index}`, fields));
}

export function anExchangeOrder(fields: Partial<ExchangeOrder> = {}): ExchangeOrder {
  return anOrder({ orderId: 'x-a', clientOrderId: 'a', createdTime: null, ...fields });
}

/** The order of `resting`, as the exchange shows it. */
export function shown(clientOrderId: string, status = 'OPEN', filledSize = '0'): ExchangeOrder {
  return anExchangeOrder({ clientOrderId, orderId: `x-${clientOrderId}`, status, filledSize });
}

/** The same, as it is pushed. */
export function pushed(clientOrderId: string, status = 'OPEN', filledSize: string | null = '0'): PushedOrder {
  const { lastFillTime: _time, pendingCancel: _cancel, orderConfiguration: _what, ...fields } = shown(clientOrderId);
  return { ...fields, status, filledSize };
}

export function aFill(orderId: string, fields: Partial<Fill> = {}): Fill {
  return {
    entryId: `entry-${orderId}`,
    tradeId: 'trade-1',
    orderId,
    tradeTime: at(0),
    tradeType: 'FILL',
    price: '20000.00',
    size: '2',
    sizeInQuote: false,
    commission: '1.25',
    productId: 'BTC-USD',
    side: 'BUY',
    liquidityIndicator: 'TAKER',
    sequenceTimestamp: at(0),
    ...fields,
  };
}

/** The trade of `resting` after it was filled, without its fills. */
export function ended(clientOrderId: string, fields: Partial<Trade> = {}): Trade {
  return aTrade({
    ...resting(clientOrderId),
    status: 'completed',
    postAttempts: 1,
    fillDetectedAt: at(0),
    filledAt: at(0),
    detectedBy: 'monitoring',
    filledSize: '2',
    monitoredSince: at(-9_000),
    endedAt: at(0),
    updatedAt: at(0),
    ...fields,
  });
}

/** Times are milliseconds after the start. */
export class SimulatedFeed {
  readonly tracker: FeedTracker;
  isPushed = false;

  constructor(saved?: unknown) {
    this.tracker = new FeedTracker(saved);
  }

  read(ms: number, ...trades: TrackedTrade[]): this {
    this.tracker.openTrades(trades, START_MS + ms);
    return this;
  }

  /** What it asks about orders then. The account's fills, which it asks for by the clock, are answered: none. */
  asks(ms: number): Poll[] {
    const polls = this.tracker.nextPolls({ isPushed: this.isPushed }, START_MS + ms);
    for (const { kind } of polls) if (kind === 'account-fills') this.tracker.fills.accountAnswered([], START_MS + ms);
    return polls.filter(({ kind }) => kind !== 'account-fills');
  }

  /** Answers questions: with what of `orders` they ask for. */
  answer(ms: number, polls: readonly Poll[], ...orders: ExchangeOrder[]): this {
    const nowMs = START_MS + ms;
    for (const poll of polls) {
      if (poll.kind === 'orders') {
        const asked = orders.filter(({ orderId }) => poll.orderIds.includes(orderId));
        this.tracker.ordersShown(poll, asked, nowMs);
      } else if (poll.kind === 'open-orders') this.tracker.openOrdersListed(poll, orders, nowMs);
      else if (poll.kind === 'search') {
        const found = orders.find(({ clientOrderId }) => clientOrderId === poll.clientOrderId);
        this.tracker.searched(poll, found ?? null, nowMs);
      }
    }
    return this;
  }

  fails(ms: number, polls: readonly Poll[], error = 'unavailable'): this {
    for (const poll of polls) this.tracker.failed(poll, error, START_MS + ms);
    return this;
  }

  /** `client order id: status at the exchange, filled size`, or `: unconfirmed since`. */
  reports(ms: number): string[] {
    return this.tracker.takeReports(START_MS + ms).map(({ clientOrderId, fact }) => {
      const what =
        fact.type === 'observed'
          ? `${fact.order.status} ${fact.order.filledSize} by ${fact.source}`
          : `unconfirmed for ${Date.parse(fact.at) - Date.parse(fact.since)} ms`;
      return `${clientOrderId}: ${what}`;
    });
  }
}

/** The exchange's ids that are asked for. */
export function idsOf(polls: readonly Poll[]): string[] {
  return polls.flatMap((poll) => (poll.kind === 'orders' || poll.kind === 'order-fills' ? poll.orderIds : []));
}

export function kindsOf(polls: readonly Poll[]): string[] {
  return polls.map(({ kind }) => kind);
}
