/** What reconciliation compares comes out as differences: one for each thing that database, exchange and workflows don't agree about. */
import type { ExchangeOrder } from '../order/exchange-order.ts';
import type { Trade, TradeStatus } from '../order/trade.ts';
import type { IssueLevel, SyncIssueKind } from './issue.ts';

/** How a difference is brought to an end. All but the last go through the order's own workflow. */
export type Repair =
  /** Signal to the workflow what the exchange shows; where none runs, one is started that resumes. */
  | { kind: 'signal'; order: ExchangeOrder }
  /** Start a workflow that resumes where the row is. */
  | { kind: 'resume' }
  /** Have the running workflow ask the exchange itself. */
  | { kind: 'request-sync' }
  /** Give the order a row, if its workflow proves that it is ours. */
  | { kind: 'adopt'; order: ExchangeOrder }
  /** Only a person can. */
  | { kind: 'none' };

export interface Difference {
  kind: SyncIssueKind;
  level: IssueLevel;
  clientOrderId: string | null;
  orderId: string | null;
  botId: string | null;
  dbStatus: TradeStatus | null;
  exchangeStatus: string | null;
  /** Since when they differ, where one of them says when; null: since a run first saw it. */
  since: string | null;
  /** Of the order, for its age. */
  createdAt: string | null;
  /** The `updated_at` of the row that was compared; null where there is none. */
  rowAsOf: string | null;
  /** For how long runs must have seen it before it is believed; 0: one run is enough. */
  mustPersistMs: number;
  /** What differs, in a few words. */
  detail: string;
  /** The order's workflow runs and cannot continue, so no repair reaches it. */
  isStuck?: true;
  repair: Repair;
}

/** The part of a difference that the trade and the exchange's order say themselves. */
export function about(
  trade: Trade,
  exchangeStatus: string | null,
): Pick<
  Difference,
  'clientOrderId' | 'orderId' | 'botId' | 'dbStatus' | 'exchangeStatus' | 'createdAt' | 'rowAsOf' | 'mustPersistMs'
> {
  return {
    clientOrderId: trade.clientOrderId,
    orderId: trade.orderId,
    botId: trade.botId,
    dbStatus: trade.status,
    exchangeStatus,
    createdAt: trade.createdAt,
    rowAsOf: trade.updatedAt,
    mustPersistMs: 0,
  };
}

/** An order at the exchange that has no trade. */
export function orphan(order: ExchangeOrder): Difference {
  return {
    kind: 'orphan',
    level: 'warning',
    clientOrderId: order.clientOrderId,
    orderId: order.orderId,
    botId: null,
    dbStatus: null,
    exchangeStatus: order.status,
    since: order.createdTime,
    createdAt: order.createdTime,
    rowAsOf: null,
    mustPersistMs: 0,
    detail: 'the exchange has an order that the database does not know',
    repair: { kind: 'adopt', order },
  };
}
