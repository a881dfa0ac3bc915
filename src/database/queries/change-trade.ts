import type { EntityManager } from '@mikro-orm/postgresql';
import { sameJson } from '../../domain/order/order-request.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { storable } from '../columns/storable.ts';
import { TradeEntity } from '../entities/trade.ts';
import { readColumns, storeFields, type Sql } from './plain-row.ts';
import { withEvent, type NewEvent } from './write-event.ts';

/**
 * Every change of a row sets it so. It distinguishes the versions of a row, so it must differ from all earlier ones,
 * even where the clock was set back.
 */
export const NEXT_UPDATED_AT = `greatest(clock_timestamp(), updated_at + interval '1 microsecond')`;

/**
 * Writes the fields of `next` that differ from the row, and the event, in one statement, and answers the row as it is then. Null,
 * and nothing is written, where the row is no longer as it was read, or has an event of this key. Without a lock that was
 * taken before, two may write the same key at the same moment, of which one fails (`isKeyTaken`).
 */
export async function changeTrade(
  em: EntityManager,
  row: Trade,
  next: Trade,
  event: NewEvent & { factKey: string },
): Promise<Trade | null> {
  const { sql, parameters } = withEvent(em, change(em, row, differences(row, next), event.factKey), event);
  const [written] = await em.execute(sql, parameters);
  // Whatever was not written is as it was read: mapping the whole row takes 15 µs, these columns 2 to 7.
  return written === undefined ? null : { ...row, ...readColumns(em, TradeEntity, written) };
}

/** Two writers of one key, of which the other came first. */
export function isKeyTaken(error: unknown): boolean {
  return violates(error, 'order_events_fact_key_key');
}

/** The exchange's id is another trade's. */
export function isOrderIdTaken(error: unknown): boolean {
  return violates(error, 'trades_order_id_key');
}

function violates(error: unknown, constraint: string): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === constraint;
}

function differences(row: Trade, next: Trade): Partial<Trade> {
  const changed = Object.entries(next).filter(([field, value]) => !sameJson(value, row[field as keyof Trade]));
  return Object.fromEntries(changed);
}

/**
 * PostgreSQL tests the condition again when it had to wait for somebody who changed the row. Where no column changes the
 * row is locked all the same, so that the statuses of a trade's events follow one another.
 */
function change(em: EntityManager, row: Trade, fields: Partial<Trade>, key: string): Sql {
  const { columns, values } = storeFields(em, TradeEntity, fields);
  const condition = unchangedSince(row, key);
  const settings = columns.map((column) => `${column} = ?, `).join('');
  const returned = [...columns, 'updated_at'].join(', ');
  return {
    sql:
      columns.length === 0
        ? `select updated_at from trades where ${condition.sql} for update`
        : `update trades set ${settings}updated_at = ${NEXT_UPDATED_AT} where ${condition.sql} returning ${returned}`,
    parameters: [...values, ...condition.parameters],
  };
}

function unchangedSince({ clientOrderId, updatedAt }: Trade, key: string): Sql {
  return {
    sql: `client_order_id = ? and updated_at = ?::timestamptz
      and not exists (select from order_events e where e.client_order_id = ? and e.fact_key = ?)`,
    parameters: [clientOrderId, updatedAt, clientOrderId, storable(key)],
  };
}
