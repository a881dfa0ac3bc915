import { raw, type EntityManager } from '@mikro-orm/postgresql';
import { isEnded, stateOf, type Trade, type TradeStatus } from '../../domain/order/trade.ts';
import type { PostPermit } from '../../ports/trade-store.ts';
import { toTrade } from '../entities/trade.ts';
import type { Session } from '../session.ts';
import { NEXT_UPDATED_AT } from './change-trade.ts';
import { lockTrade, mapTrade } from './find-trade.ts';
import { haltOf, isHalted } from './halts.ts';
import { withEvent } from './write-event.ts';

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
        select id, created_at, policy, bot_id from trades
        where client_order_id = ? and status = ? and order_id is null for update
      )
      update trades t
      set post_attempts = post_attempts + 1, post_attempted_at = clock_timestamp(), updated_at = ${NEXT_UPDATED_AT}
      from held
      where t.id = held.id and clock_timestamp() <=
        held.created_at + (held.policy->>'place_for_ms')::double precision * interval '1 millisecond'
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
    reason: null,
    evidence: raw(`jsonb_build_object('attempt', post_attempts)`),
  });
  const [row] = await em.execute(sql, parameters);
  return row === undefined ? null : mapTrade(em, row);
}
