import type { EntityManager } from '@mikro-orm/postgresql';
import { camelKeys } from '../../domain/names.ts';
import type { OrderPolicy } from '../../domain/order/policy.ts';
import type { OpenStatus, OpenTrade, Side, TrackedTrade } from '../../domain/order/trade.ts';
import type { HaltedOrder } from '../../ports/halt-store.ts';
import { readPolicy } from '../columns/index.ts';

const MAX_TRADES = 500;
const IS_OPEN = `status in ('placing', 'pending', 'stale')`;
/** As `decide` has it: a cancel that was sent may take effect for 30 s, or for as long as the exchange calls it pending. */
const CANCEL_REQUESTED = `(cancel_requested_at is not null or (cancel_submitted_at is not null
  and (pending_cancel or cancel_submitted_at > clock_timestamp() - interval '30 seconds')))`;
/** The age is the database's: by another clock it would be negative now and then. */
const OPEN_TRADE = `order_id, client_order_id, status,
  floor(extract(epoch from clock_timestamp() - created_at))::integer as age_seconds`;

/** Oldest first. */
export async function openTradesOf(em: EntityManager, botId: string, productId: string | null): Promise<OpenTrade[]> {
  const rows = await em.execute<object[]>(
    `select ${OPEN_TRADE} from trades
     where ${IS_OPEN} and bot_id = ? and (?::text is null or product_id = ?)
     order by created_at, id limit ?`,
    [botId, productId, productId, MAX_TRADES],
  );
  return rows.map((row) => camelKeys<OpenTrade>(row));
}

/** Those that a halt of the bot (null: of every bot) covers, oldest first. */
export async function openUnderHalt(em: EntityManager, botId: string | null): Promise<HaltedOrder[]> {
  const rows = await em.execute<object[]>(
    `select ${OPEN_TRADE}, bot_id, ${CANCEL_REQUESTED} as cancel_requested from trades
     where ${IS_OPEN} and (?::text is null or bot_id = ?)
     order by created_at, id limit ?`,
    [botId, botId, MAX_TRADES],
  );
  return rows.map((row) => camelKeys<HaltedOrder>(row));
}

/** All of those whose cancel is not wanted yet, oldest first. */
export async function withoutCancel(em: EntityManager, botId: string | null): Promise<string[]> {
  const rows = await em.execute<{ client_order_id: string }[]>(
    `select client_order_id from trades
     where ${IS_OPEN} and (?::text is null or bot_id = ?) and not ${CANCEL_REQUESTED}
     order by created_at, id`,
    [botId, botId],
  );
  return rows.map((row) => row.client_order_id);
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
     from trades where ${IS_OPEN} order by id`,
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
