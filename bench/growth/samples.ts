/** Rows that the queries ask for: drawn from the whole year, so that not all of them are in memory. */
import { encodeCursor } from '../../src/database/queries/read-page.ts';
import { utcTime } from '../../src/database/columns/index.ts';
import type { Sql } from '../world.ts';

export interface Sample {
  /** Unique. */
  number: number;
  clientOrderId: string;
  orderId: string;
  botId: string;
  productId: string;
  createdAt: string;
  /** A cursor of the list of trades, after this one. */
  cursor: string;
  /** A cursor of the event log, after this one's event. */
  eventCursor: string;
  /** The leaf of its last event. */
  leaf: number;
  /** Another hundred. */
  orderIds: string[];
  /** And another fifty. */
  clientOrderIds: string[];
}

interface Row {
  id: string;
  client_order_id: string;
  order_id: string;
  bot_id: string;
  product_id: string;
  created_at: string;
  written_in: string;
  event_id: string;
  leaf: string;
}

const DRAWN = `
  select t.id, t.client_order_id, t.order_id, t.bot_id, t.product_id, t.created_at::text, e.written_in::text, e.id as event_id, l.index as leaf
  from (select 1 + floor(random() * (select max(id) from trades))::bigint as id from generate_series(1, ?)) drawn
  join trades t using (id)
  cross join lateral (select id, written_in from order_events o where o.client_order_id = t.client_order_id order by id desc limit 1) e
  join log_leaves l on l.kind = 'event' and l.ref = e.id::text
  where t.order_id is not null`;

const A_HUNDRED = 100;
const FIFTY = 50;

export async function drawSamples({ query }: Pick<Sql, 'query'>, count: number): Promise<Sample[]> {
  const rows = await query<Row>(DRAWN, [Math.ceil(count * 1.2) + A_HUNDRED]);
  const orderIds = rows.slice(0, A_HUNDRED).map((row) => row.order_id);
  const clientOrderIds = rows.slice(0, FIFTY).map((row) => row.client_order_id);
  return rows.slice(0, count).map((row, number) => ({
    number,
    clientOrderId: row.client_order_id,
    orderId: row.order_id,
    botId: row.bot_id,
    productId: row.product_id,
    createdAt: utcTime(row.created_at),
    cursor: encodeCursor({ at: utcTime(row.created_at), id: String(row.id) }),
    eventCursor: `${row.written_in}-${row.event_id}`,
    leaf: Number(row.leaf),
    orderIds,
    clientOrderIds,
  }));
}
