import type { EntityManager } from '@mikro-orm/postgresql';
import { isEnded, stateOf } from '../../order/trade.ts';
import type { PostPermit } from '../../ports/trade-store.ts';
import { toTrade } from '../entities/trade.ts';
import { lockTrade, mapTrade } from './find-trade.ts';
import { writeEvent } from './write-event.ts';

export async function beginPostAttempt(em: EntityManager, clientOrderId: string): Promise<PostPermit> {
  const row = await lockTrade(em, clientOrderId);
  if (isEnded(row.status) || row.orderId !== null) return { kind: 'settled', trade: toTrade(row) };

  // The clock is read here and not with the row, because the wait for the lock counts against the window.
  const [granted] = await em.execute(
    `update trades
     set post_attempts = post_attempts + 1, post_attempted_at = clock_timestamp(), updated_at = clock_timestamp()
     where id = ? and clock_timestamp() <= created_at + ? * interval '1 millisecond'
     returning *`,
    [row.id, row.policy.placeForMs],
  );
  if (granted === undefined) return { kind: 'window-closed', trade: toTrade(row) };

  const trade = mapTrade(em, granted);
  const attempt = trade.postAttempts;
  await writeEvent(em, {
    clientOrderId,
    fromStatus: row.status,
    toStatus: row.status,
    state: stateOf(row),
    cause: 'post_attempt',
    source: 'post',
    requestedBy: null,
    reason: null,
    evidence: { attempt },
  });
  return { kind: 'granted', attempt, trade };
}
