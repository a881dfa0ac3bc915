import type { EntityManager } from '@mikro-orm/postgresql';
import type { SyncIssueKind } from '../../domain/reconciliation/issue.ts';
import type { BlockedBots } from '../../ports/order-board.ts';
import { mapTrade } from './find-trade.ts';

interface BlockedRow {
  is_overdue: boolean;
  orders: number;
  issues: SyncIssueKind[] | null;
  age_seconds: number;
  overdue_bots: number;
  blocked_bots: number;
}

/**
 * One statement, so that what is counted and what is shown are of one moment. Of the trades it reads the open ones alone.
 */
export async function blockedBots(em: EntityManager, limit: number): Promise<BlockedBots> {
  const rows = await em.execute<BlockedRow[]>(BLOCKED_BOTS, [limit]);
  return {
    items: rows.map((row) => ({
      trade: mapTrade(em, row),
      ageSeconds: row.age_seconds,
      orders: row.orders,
      issues: row.issues ?? [],
      isOverdue: row.is_overdue,
    })),
    overdue: rows[0]?.overdue_bots ?? 0,
    total: rows[0]?.blocked_bots ?? 0,
  };
}

/** A kind of order that ends by itself at once, as IMMEDIATE_KIND has it: the first key of its configuration. */
const IS_IMMEDIATE = `order_configuration::text ~ '^\\{"[a-z_]+_(ioc|fok)"'`;

const BLOCKED_BOTS = `
  with named as (
    select client_order_id, array_agg(distinct kind) as issues from sync_issues
    where resolved_at is null and client_order_id is not null group by client_order_id
  ), open as (
    select id, bot_id, product_id, created_at, issues, (
      status = 'stale' or issues is not null or (
        created_at < clock_timestamp() - interval '30 seconds' and (status = 'placing' or ${IS_IMMEDIATE})
      )
    ) as is_overdue
    from trades left join named using (client_order_id)
    where status in ('placing', 'pending', 'stale')
  ), bots as (
    select count(*)::integer as orders, bool_or(is_overdue) as is_overdue,
      (array_agg(id order by is_overdue desc, created_at, id))[1] as id
    from open group by bot_id, product_id
  ), counted as (
    select *, (count(*) filter (where is_overdue) over ())::integer as overdue_bots,
      (count(*) over ())::integer as blocked_bots
    from bots
  )
  select trades.*, counted.is_overdue, counted.orders, counted.overdue_bots, counted.blocked_bots, open.issues,
    floor(extract(epoch from clock_timestamp() - trades.created_at))::integer as age_seconds
  from counted join trades using (id) join open using (id)
  order by counted.is_overdue desc, trades.created_at, trades.id limit ?`;
