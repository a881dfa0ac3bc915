import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type { NotedEvent } from '../../ports/trade-store.ts';
import { TradeNotFoundError } from '../../ports/trade-store-error.ts';
import { withEvent } from './write-event.ts';

/** Locks the row while it writes, so that the statuses of a trade's events follow one another. */
export async function noteEvent(em: EntityManager, event: NotedEvent): Promise<void> {
  const { clientOrderId, state, cause, source, requestedBy = null, reason = null, evidence = null } = event;
  const held = { sql: 'select * from trades where client_order_id = ? for update', parameters: [clientOrderId] };
  const { sql, parameters } = withEvent(em, held, {
    clientOrderId,
    fromStatus: raw('status'),
    toStatus: raw('status'),
    state,
    cause,
    source,
    requestedBy,
    reason,
    evidence,
  });
  const [noted] = await em.execute(sql, parameters);
  if (noted === undefined) throw new TradeNotFoundError(clientOrderId);
}
