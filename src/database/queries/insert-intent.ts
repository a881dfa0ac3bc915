import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type { OrderIntent } from '../../domain/order/order-request.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { jsonText, storable } from '../columns/storable.ts';
import { OrderEventEntity } from '../entities/order-event.ts';
import { TradeEntity } from '../entities/trade.ts';
import { PlacementHaltedError } from '../../ports/trade-store-error.ts';
import type { IntentOptions } from '../../ports/trade-store.ts';
import { findTrade, mapTrade } from './find-trade.ts';
import { haltOf, isHalted } from './halts.ts';
import { placeholders, storeFields } from './plain-row.ts';

/**
 * Intent, first attempt, their events and the note of the run in one statement; only where the trade is there already, a
 * second one reads it.
 * Nothing is written while the bot is halted.
 * All of its times are the same moment, so the attempt's time says how much of the placement window is left.
 */
export async function insertIntent(
  em: EntityManager,
  intent: OrderIntent,
  { requestedAt, attempt, sentBy = null, runId }: IntentOptions,
): Promise<{ trade: Trade; inserted: boolean }> {
  const { clientOrderId, botId, productId, side, orderConfiguration, policy } = intent;
  const evidence = { clientOrderId, botId, productId, side, orderConfiguration, policy };
  const attempts = {
    postAttempts: raw('c.attempted::integer'),
    postAttemptedAt: raw('case when c.attempted then c.now end'),
  };
  const times = { createdAt: raw('c.created_at'), updatedAt: raw('c.now') };
  const columns = { fromStatus: raw('e.from_status'), cause: raw('e.cause'), source: raw('e.source') };
  const startedBy = raw(`case e.cause when 'intent' then ?::text end`, [sentBy && storable(sentBy)]);
  const eventEvidence = raw(`case e.cause when 'intent' then ?::jsonb else '{"attempt": 1}'::jsonb end`, [
    jsonText(evidence),
  ]);
  const row = storeFields(em, TradeEntity, {
    ...evidence,
    status: 'placing',
    ...attempts,
    ...times,
  });
  const event = storeFields(em, OrderEventEntity, {
    clientOrderId,
    ...columns,
    toStatus: 'placing',
    state: 'placed',
    requestedBy: null,
    sentBy: startedBy,
    reason: null,
    evidence: eventEvidence,
  });
  const [inserted] = await em.execute(
    `with clock as materialized (select clock_timestamp() as now),
     c as materialized (
       select now, least(now, ?::timestamptz) as created_at,
              ? and now <= least(now, ?::timestamptz) + ? * interval '1 millisecond' as attempted
       from clock
     ),
     written as (
       insert into trades (${row.columns.join(', ')}) select ${placeholders(row.values)} from c where not ${isHalted('?')}
       on conflict do nothing returning *
     ),
     noted as (
       insert into order_events (${event.columns.join(', ')})
       select ${placeholders(event.values)}
       from written, (values (null, 'intent', 'bot'), ('placing', 'post_attempt', 'post')) e (from_status, cause, source)
       where e.cause = 'intent' or written.post_attempts > 0
       order by e.cause
     ),
     run as (
       insert into unarchived_runs (client_order_id, run_id)
       select client_order_id, run_id from written, (values (?::text)) r (run_id) where run_id is not null
     )
     select * from written`,
    [
      requestedAt,
      attempt,
      requestedAt,
      policy.placeForMs,
      ...row.values,
      storable(botId),
      ...event.values,
      runId ?? null,
    ],
  );
  if (inserted !== undefined) return { trade: mapTrade(em, inserted), inserted: true };
  const trade = await findTrade(em, clientOrderId);
  if (trade === null) throw new PlacementHaltedError(botId, await haltOf(em, botId));
  return { trade, inserted: false };
}
