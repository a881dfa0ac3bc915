/** The bodies of the lists, and of `can-trade`. */
import { Type, type Static } from 'typebox';
import type { ReconciliationRun as Run } from '../../ports/reconciliation-store.ts';
import { BLOCKING_STATUSES, type OpenTrade } from '../../domain/order/trade.ts';
import { ISSUE_KINDS, RUN_STATUSES, type SyncIssue as Issue } from '../../domain/reconciliation/issue.ts';
import { snakeKeys } from '../../domain/names.ts';
import { Decimal, nullable, PAGE_QUERY, pageOf, Status, Time, words } from './common.ts';
import { BotId, ProductId } from './place.ts';
import { Trade } from './trade.ts';

export const PageQuery = Type.Object(PAGE_QUERY, { additionalProperties: false });

export const TradeQuery = Type.Object(
  {
    status: Type.Optional(Status),
    bot_id: Type.Optional(BotId),
    product_id: Type.Optional(ProductId),
    ...PAGE_QUERY,
  },
  { additionalProperties: false },
);

export const SyncIssue = Type.Object(
  {
    id: Type.String(),
    order_id: nullable(Type.String()),
    client_order_id: nullable(Type.String()),
    db_status: nullable(Status),
    coinbase_status: nullable(Type.String()),
    age_hours: nullable(Decimal),
    kind: words(ISSUE_KINDS),
    blocked_seconds: nullable(Decimal),
    detected_at: Time,
    resolved_at: nullable(Time),
    resolution: nullable(Type.String()),
    run_id: nullable(Type.String()),
  },
  { $id: 'SyncIssue' },
);

export const Reconciliation = Type.Object(
  {
    id: Type.String(),
    started_at: Time,
    finished_at: nullable(Time),
    status: nullable(words(RUN_STATUSES)),
    trades_checked: Type.Integer(),
    orders_seen: Type.Integer(),
    issues_found: Type.Integer(),
    issues_resolved: Type.Integer(),
    requests_used: Type.Integer(),
  },
  { $id: 'Reconciliation' },
);

export const TradePage = pageOf(Trade, 'Newest first');
export const SyncIssuePage = pageOf(SyncIssue, 'Newest first');
export const ReconciliationPage = pageOf(Reconciliation, 'Newest first');

export const BotPath = Type.Object({ bot_id: BotId });
export const CanTradeQuery = Type.Object({ product_id: Type.Optional(ProductId) }, { additionalProperties: false });

const Blocking = Type.Object({
  order_id: nullable(Type.String()),
  client_order_id: Type.String(),
  status: words(BLOCKING_STATUSES),
  age_seconds: Type.Integer(),
});

export const CanTrade = Type.Object(
  { allowed: Type.Boolean(), blocking: Type.Array(Blocking, { description: 'Oldest first, at most 500' }) },
  { description: 'Advice: placing never asks it. Without a product, of all products' },
);

export function canTradeView(blocking: OpenTrade[]): Static<typeof CanTrade> {
  return { allowed: blocking.length === 0, blocking: blocking.map(snakeKeys) };
}

export function issueView(issue: Issue): Static<typeof SyncIssue> {
  return snakeKeys(issue);
}

export function runView(run: Run): Static<typeof Reconciliation> {
  return snakeKeys(run);
}
