import type { EntityManager } from '@mikro-orm/postgresql';
import { isImmediate, type OrderConfiguration } from '../../domain/order/order-configuration.ts';
import type { Layer, Trade } from '../../domain/order/trade.ts';
import type { BoardFilter, EndedOrder, OrderView } from '../../ports/order-board.ts';
import type { Page } from '../../ports/page.ts';
import { readTradePage } from './find-trade.ts';

/** Newest first. */
export function listBoard(em: EntityManager, filter: BoardFilter): Promise<Page<Trade>> {
  const { view, botId, productId } = filter;
  return readTradePage(em, filter, (query) => {
    query.where(CONDITIONS[view]);
    if (botId !== undefined) query.andWhere({ botId });
    if (productId !== undefined) query.andWhere({ productId });
  });
}

const OPEN = `t.status in ('placing', 'pending', 'stale')`;
const ENDED = `t.status not in ('placing', 'pending', 'stale')`;

/** As the indexes of the open and of the incomplete trades have it. */
const CONDITIONS: Record<OrderView, string> = {
  open: OPEN,
  stale: `t.status = 'stale'`,
  unresolved: `t.id in (
    select id from trades where client_order_id in (select client_order_id from sync_issues where resolved_at is null)
    union all
    select id from trades where not fills_complete and order_id is not null
      and status not in ('placing', 'pending', 'stale'))`,
  ended: ENDED,
  all: 'true',
};

interface EndedRow {
  ended_at: string;
  detected_by: Layer;
  order_configuration: OrderConfiguration;
  latency_seconds: number | null;
  blocked_seconds: number;
}

/** By the index of the ended trades, whose rows change once more when their fills are complete. */
export async function endedLast(em: EntityManager, limit: number): Promise<EndedOrder[]> {
  const rows = await em.execute<EndedRow[]>(
    `select to_json(ended_at) #>> '{}' as ended_at, detected_by, order_configuration,
       case when status = 'completed' then greatest(0, extract(epoch from ended_at - filled_at))::float8 end as latency_seconds,
       greatest(0, extract(epoch from ended_at - created_at))::float8 as blocked_seconds
     from trades
     where status not in ('placing', 'pending', 'stale') and ended_at is not null and detected_by is not null
     order by updated_at desc limit ?`,
    [limit],
  );
  return rows.map((row) => ({
    endedAt: row.ended_at,
    layer: row.detected_by,
    latencySeconds: row.latency_seconds,
    blockedSeconds: row.blocked_seconds,
    isImmediate: isImmediate(row.order_configuration),
  }));
}
