import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventPage, LoggedEvent } from '../../ports/event-log.ts';
import { InvalidPageError } from '../../ports/trade-store-error.ts';
import { OrderEventEntity, toEvent } from '../entities/order-event.ts';
import { readRow } from './plain-row.ts';

/** A transaction and, within it, an event. */
interface Position {
  writtenIn: string;
  id: string;
}

type LogRow = { horizon: string } & (
  { id: null } | { id: string; client_order_id: string; bot_id: string; written_in: string }
);

const FIRST: Position = { writtenIn: '0', id: '0' };
const POSITION = /^(\d{1,18})-(\d{1,18})$/;

/**
 * `pg_snapshot_xmin` is the oldest transaction that still runs (one that only reads has no number): what is below it has
 * ended, in this statement's view of the data as well. So no event can turn up at a place that was read already.
 */
const READ = `select h.horizon::text, e.*
  from (select pg_snapshot_xmin(pg_current_snapshot()) as horizon) h
  left join lateral (
    select o.*, t.bot_id from order_events o join trades t on t.client_order_id = o.client_order_id
    where (o.written_in, o.id) > (?::xid8, ?::bigint) and o.written_in < h.horizon
    order by o.written_in, o.id
    limit ?
  ) e on true
  order by e.written_in, e.id`;

export async function readEventLog(em: EntityManager, after: string | null, limit: number): Promise<EventPage> {
  const from = after === null ? FIRST : decode(after);
  const rows = await em.execute<LogRow[]>(READ, [from.writtenIn, from.id, limit]);
  const items = rows.flatMap((row) => (row.id === null ? [] : [loggedEvent(em, row)]));
  const hasMore = items.length === limit;
  const last = hasMore ? items.at(-1)?.cursor : undefined;
  return { items, cursor: last ?? encode(later(from, { writtenIn: rows[0]?.horizon ?? '0', id: '0' })), hasMore };
}

export async function endOfEventLog(em: EntityManager): Promise<string> {
  const [row] = await em.execute<{ horizon: string }[]>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as horizon',
  );
  return encode({ writtenIn: row?.horizon ?? '0', id: '0' });
}

function loggedEvent(em: EntityManager, row: Extract<LogRow, { id: string }>): LoggedEvent {
  const { client_order_id: clientOrderId, bot_id: botId, written_in: writtenIn, id } = row;
  const event = toEvent(readRow(em, OrderEventEntity, row));
  return { cursor: encode({ writtenIn, id }), clientOrderId, botId, ...event };
}

function encode({ writtenIn, id }: Position): string {
  return `${writtenIn}-${id}`;
}

function decode(cursor: string): Position {
  const [, writtenIn, id] = POSITION.exec(cursor) ?? [];
  if (writtenIn === undefined || id === undefined) {
    throw new InvalidPageError('after is malformed: give the cursor of an event or of a page, or none');
  }
  return { writtenIn, id };
}

/** A transaction that writes nothing here may hold the horizon below an event that was read before. */
function later(one: Position, other: Position): Position {
  return BigInt(one.writtenIn) >= BigInt(other.writtenIn) ? one : other;
}
