import type { EntityManager } from '@mikro-orm/postgresql';
import type { OrderPolicy } from '../../domain/order/policy.ts';
import type { OpenStatus, TrackedTrade, Side } from '../../domain/order/trade.ts';
import type { OpenTrade } from '../../ports/trade-store.ts';
import { readPolicy } from '../columns/index.ts';

const MOST_TRADES = 500;

interface OpenTradeRow {
  order_id: string | null;
  client_order_id: string;
  status: OpenStatus;
  age_seconds: number;
}

/** Oldest first. The ages are the database's: another clock would make them negative now and then. */
export async function openTradesOf(em: EntityManager, botId: string, productId: string | null): Promise<OpenTrade[]> {
  const rows = await em.execute<OpenTradeRow[]>(
    `select order_id, client_order_id, status,
            floor(extract(epoch from clock_timestamp() - created_at))::integer as age_seconds
     from trades
     where bot_id = ? and (?::text is null or product_id = ?) and status in ('placing', 'pending', 'stale')
     order by created_at, id
     limit ?`,
    [botId, productId, productId, MOST_TRADES],
  );
  return rows.map((row) => ({
    orderId: row.order_id,
    clientOrderId: row.client_order_id,
    status: row.status,
    ageSeconds: row.age_seconds,
  }));
}

interface TrackedRow {
  client_order_id: string;
  order_id: string | null;
  product_id: string;
  side: Side;
  order_configuration: TrackedTrade['orderConfiguration'];
  /** As JSON. */
  policy: string;
  status: OpenStatus;
  filled_size: string;
  exchange_status: string | null;
  /** RFC 3339. */
  last_checked_at: string | null;
}

/**
 * Plain rows and few columns: entities of ten thousand trades would take most of a second each time. They share the
 * few policies that there are: renaming each row's took half of a reading's 97 ms of processor time.
 */
export async function listOpen(em: EntityManager): Promise<TrackedTrade[]> {
  const rows = await em.execute<TrackedRow[]>(
    `select client_order_id, order_id, product_id, side, order_configuration, policy::text, status, filled_size::text,
            exchange_status, to_json(last_checked_at) #>> '{}' as last_checked_at
     from trades where status in ('placing', 'pending', 'stale') order by id`,
  );
  const policies = new Map<string, OrderPolicy>();
  const policyOf = (json: string): OrderPolicy => {
    const policy = policies.get(json) ?? readPolicy(JSON.parse(json));
    policies.set(json, policy);
    return policy;
  };
  return rows.map((row) => ({
    clientOrderId: row.client_order_id,
    orderId: row.order_id,
    productId: row.product_id,
    side: row.side,
    orderConfiguration: row.order_configuration,
    policy: policyOf(row.policy),
    status: row.status,
    filledSize: row.filled_size,
    exchangeStatus: row.exchange_status,
    lastCheckedAt: row.last_checked_at,
  }));
}

/** Reads the index of the statuses, and of that only the open orders. */
export async function countOpen(em: EntityManager): Promise<Record<OpenStatus, number>> {
  const rows = await em.execute<{ status: OpenStatus; count: number }[]>(
    `select status, count(*)::integer as count from trades
     where status in ('placing', 'pending', 'stale') group by status`,
  );
  const none: Record<OpenStatus, number> = { placing: 0, pending: 0, stale: 0 };
  return { ...none, ...Object.fromEntries(rows.map(({ status, count }) => [status, count])) };
}
