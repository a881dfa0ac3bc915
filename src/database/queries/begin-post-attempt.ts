import { raw, type EntityManager } from '@mikro-orm/postgresql';
import { isEnded, stateOf, type Trade, type TradeStatus } from '../../domain/order/trade.ts';
import { TradeNotFoundError } from '../../ports/trade-store-error.ts';
import type { PostPermit, TradeStore } from '../../ports/trade-store.ts';
import { toTrade } from '../entities/trade.ts';
import type { Session } from '../session.ts';
import { NEXT_UPDATED_AT } from './change-trade.ts';
import { lockTrade, mapTrade } from './find-trade.ts';
import { haltOf, isHalted } from './halts.ts';
import { withEvent } from './write-event.ts';

type WithheldPermit = Awaited<ReturnType<TradeStore['withholdPostAttempt']>>;

/** Of a row of `trades`. */
const WINDOW_END = `created_at + (policy->>'place_for_ms')::double precision * interval '1 millisecond'`;

/** A permission is one statement; only where it gives none, a transaction locks the row and decides. */
export async function beginPostAttempt({ single, transact }: Session, clientOrderId: string): Promise<PostPermit> {
  const trade = await single((em) => grant(em, clientOrderId, 'placing'));
  return trade === null ? transact((em) => decide(em, clientOrderId)) : granted(trade);
}

async function decide(em: EntityManager, clientOrderId: string): Promise<PostPermit> {
  const row = toTrade(await lockTrade(em, clientOrderId));
  if (isEnded(row.status) || row.orderId !== null) return { kind: 'settled', trade: row };
  const trade = await grant(em, clientOrderId, row.status);
  if (trade !== null) return granted(trade);
  const halt = await haltOf(em, row.botId);
  return halt === null ? { kind: 'window-closed', trade: row } : { kind: 'halted', trade: row, halt };
}

/** One statement, which commits nothing; only an order of which an attempt could be granted is asked about a halt. */
export async function withholdPostAttempt(em: EntityManager, clientOrderId: string): Promise<WithheldPermit> {
  const [row] = await em.execute<{ is_in_time: boolean }[]>(
    `select *, clock_timestamp() <= ${WINDOW_END} as is_in_time from trades where client_order_id = ?`,
    [clientOrderId],
  );
  if (row === undefined) throw new TradeNotFoundError(clientOrderId);
  const trade = mapTrade(em, row);
  if (isEnded(trade.status) || trade.orderId !== null) return { kind: 'settled', trade };
  if (!row.is_in_time) return { kind: 'window-closed', trade };
  const halt = await haltOf(em, trade.botId);
  return halt === null ? { kind: 'withheld', trade } : { kind: 'halted', trade, halt };
}

function granted(trade: Trade): PostPermit {
  return { kind: 'granted', trade };
}

/**
 * Commits an attempt of an order of this status that has no exchange id; null where there is none or its window has
 * closed, or its bot is halted. The row is locked first and the clock is read after that, because the wait for the lock counts against the
 * window: PostgreSQL tests an UPDATE's condition again only where the row was changed meanwhile.
 */
async function grant(em: EntityManager, clientOrderId: string, status: TradeStatus): Promise<Trade | null> {
  const attempt = {
    sql: `with held as materialized (
        select id, ${WINDOW_END} as ends_at, bot_id from trades
        where client_order_id = ? and status = ? and order_id is null for update
      )
      update trades t
      set post_attempts = post_attempts + 1, post_attempted_at = clock_timestamp(), updated_at = ${NEXT_UPDATED_AT}
      from held
      where t.id = held.id and clock_timestamp() <= held.ends_at
        and not ${isHalted('held.bot_id')}
      returning t.*`,
    parameters: [clientOrderId, status],
  };
  const { sql, parameters } = withEvent(em, attempt, {
    clientOrderId,
    fromStatus: status,
    toStatus: status,
    state: stateOf({ status, orderId: null }),
    cause: 'post_attempt',
    source: 'post',
    requestedBy: null,
    sentBy: null,
    reason: null,
    evidence: raw(`jsonb_build_object('attempt', post_attempts)`),
  });
  const [row] = await em.execute(sql, parameters);
  return row === undefined ? null : mapTrade(em, row);
}
