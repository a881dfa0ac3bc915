/** How an order looks to a person. */
import type { Fill } from '../domain/order/exchange-order.ts';
import type { Trade, TradeStatus } from '../domain/order/trade.ts';
import { toneOf, type OrderState } from '../domain/order/order-state.ts';
import type { StoredEvent } from '../ports/trade-store.ts';
import type { Paint } from './output.ts';
import { pairs, plain, table } from './text-table.ts';

const EVIDENCE_LENGTH = 100;

const COLOURS = { good: 'green', wait: 'yellow', bad: 'red', plain: 'dim' } as const;

export function paintStatus(status: TradeStatus, paint: Paint): string {
  return paint[COLOURS[toneOf(status)]](status);
}

/** One line: what became of the order so far. */
export function sentence(order: OrderState, paint: Paint): string {
  const { clientOrderId, status, filledSize, averageFilledPrice, reason } = order;
  const fill = averageFilledPrice === null ? '' : `, filled ${filledSize} at ${averageFilledPrice}`;
  const why = reason === null ? '' : ` (${plain(reason)})`;
  return `Order ${clientOrderId} is ${paintStatus(status, paint)}${fill}${why}.`;
}

export function tradeTable(trades: readonly Trade[], paint: Paint): string {
  const header = ['CLIENT ORDER ID', 'STATUS', 'BOT', 'PRODUCT', 'SIDE', 'FILLED', 'PRICE', 'CREATED', 'REASON'];
  const rows = trades.map((trade) => [
    trade.clientOrderId,
    paintStatus(trade.status, paint),
    plain(trade.botId),
    plain(trade.productId),
    trade.side,
    trade.filledSize,
    trade.averageFilledPrice ?? '-',
    toSeconds(trade.createdAt),
    plain(trade.reason ?? ''),
  ]);
  return table(header, rows);
}

export function tradeDetails(trade: Trade, paint: Paint): string {
  const { clientOrderId, detectedBy, immediateFill, averageFilledPrice, fillsComplete } = trade;
  const price = averageFilledPrice === null ? '' : ` at ${averageFilledPrice}`;
  const fees = trade.totalFees === null ? '' : `, fees ${trade.totalFees}`;
  const missing = fillsComplete ? '' : paint.red(' (not all fills are recorded yet)');
  return [
    `${paint.bold(clientOrderId)} ${paintStatus(trade.status, paint)}`,
    pairs([
      ['order', `${trade.side} ${plain(trade.productId)} ${plain(JSON.stringify(trade.orderConfiguration))}`],
      ['bot', plain(trade.botId)],
      ['exchange id', trade.orderId === null ? 'none yet' : plain(trade.orderId)],
      ['filled', `${trade.filledSize}${price}${fees}${missing}`],
      ['detected by', detectedBy && `${detectedBy}${immediateFill ? ' (filled at once)' : ''}`],
      ['reason', trade.reason && plain(trade.reason)],
      ['post attempts', String(trade.postAttempts)],
      ['created at', trade.createdAt],
      ['stale since', trade.staleSince],
      ['fill seen at', trade.fillDetectedAt],
      ['filled at', trade.filledAt],
      ['updated at', trade.updatedAt],
    ]),
  ].join('\n');
}

export function timeline(events: readonly StoredEvent[], paint: Paint): string {
  const rows = events.map((event) => [
    event.at,
    event.fromStatus === event.toStatus
      ? paint.dim(event.toStatus)
      : `${event.fromStatus === null ? '' : `${event.fromStatus} → `}${paintStatus(event.toStatus, paint)}`,
    event.cause,
    event.source,
    remark(event),
  ]);
  return table(['TIME', 'STATUS', 'CAUSE', 'SOURCE', 'REMARK'], rows);
}

export function fillTable(fills: readonly Fill[]): string {
  const rows = fills.map((fill) => [
    fill.tradeTime,
    plain(fill.tradeType),
    `${fill.size}${fill.sizeInQuote ? ' (quote)' : ''}`,
    fill.price,
    fill.commission,
    plain(fill.entryId),
  ]);
  return table(['TIME', 'KIND', 'SIZE', 'PRICE', 'FEE', 'ENTRY ID'], rows);
}

export function toSeconds(time: string): string {
  return time.replace(/\.\d+/, '');
}

function remark({ requestedBy, sentBy, reason, evidence }: StoredEvent): string {
  const sender = sentBy === null ? '' : `(${sentBy})`;
  const who = requestedBy === null ? sender : `by ${requestedBy} ${sender}`.trimEnd();
  const seen = evidence === null ? '' : JSON.stringify(evidence);
  const whole = plain([who, reason ?? '', seen].filter((part) => part !== '').join(' '));
  return whole.length > EVIDENCE_LENGTH ? `${whole.slice(0, EVIDENCE_LENGTH - 1)}…` : whole;
}
