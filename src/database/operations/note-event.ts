import type { EntityManager } from '@mikro-orm/postgresql';
import type { NotedEvent } from '../../ports/trade-store.ts';
import { lockTrade } from './find-trade.ts';
import { writeEvent } from './write-event.ts';

/** Locks the row all the same, so that the statuses of a trade's events follow one another. */
export async function noteEvent(em: EntityManager, event: NotedEvent): Promise<void> {
  const { status } = await lockTrade(em, event.clientOrderId);
  await writeEvent(em, {
    clientOrderId: event.clientOrderId,
    fromStatus: status,
    toStatus: status,
    state: event.state,
    cause: event.cause,
    source: event.source,
    requestedBy: event.requestedBy ?? null,
    reason: event.reason ?? null,
    evidence: event.evidence ?? null,
  });
}
