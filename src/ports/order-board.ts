/** What a person sees of all orders at a glance: who is blocked and why, lists by what needs a look, how ends were seen. */
import type { Layer, OpenStatus, Trade } from '../domain/order/trade.ts';
import type { SyncIssueKind } from '../domain/reconciliation/issue.ts';
import type { Group } from './engine-counts.ts';
import type { Page, PageRequest } from './page.ts';

/** A bot on a product that open orders block, and the order of them that needs a person most. */
export interface BlockedBot {
  trade: Trade;
  /** Whole seconds since the order's `created_at`, by the database's clock. */
  ageSeconds: number;
  /** How many orders block the bot on this product. */
  orders: number;
  /** The unresolved issues of the shown order. */
  issues: SyncIssueKind[];
  /** Blocked for longer than is right: stale, an unresolved issue, or 30 s without an end that should come at once. */
  isOverdue: boolean;
}

export interface BlockedBots {
  /** Those that are overdue first, then by age. */
  items: BlockedBot[];
  /** How many there are in all. */
  overdue: number;
  total: number;
}

/** `unresolved`: named by an unresolved issue, or ended with fills that do not add up. */
export const ORDER_VIEWS = ['open', 'stale', 'unresolved', 'ended', 'all'] as const;
export type OrderView = (typeof ORDER_VIEWS)[number];

export interface BoardFilter extends PageRequest {
  view: OrderView;
  botId?: string;
  productId?: string;
}

export interface EndedOrder {
  endedAt: string;
  layer: Layer;
  /** From the exchange's fill to the release of the bot; null where it ended without a whole fill. */
  latencySeconds: number | null;
  /** From the intent to the release of the bot. */
  blockedSeconds: number;
  /** An order that should end at once, unlike one that may rest. */
  isImmediate: boolean;
}

export interface OrderBoard {
  blockedBots(limit: number): Promise<BlockedBots>;
  /** Newest first. */
  list(filter: BoardFilter): Promise<Page<Trade>>;
  /** Every status is there. */
  openOrders(): Promise<Record<OpenStatus, Group>>;
  /** Those that ended last, the newest first. */
  endedLast(limit: number): Promise<EndedOrder[]>;
}
