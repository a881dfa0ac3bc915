import type { EntityManager } from '@mikro-orm/postgresql';
import type { Decision } from '../../domain/order/decision.ts';
import type { Fact } from '../../domain/order/fact.ts';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { OrderIdTakenError, TradeNotFoundError } from '../../ports/trade-store-error.ts';
import type { Applied } from '../../ports/trade-store.ts';
import { storable } from '../columns/storable.ts';
import { TradeEntity } from '../entities/trade.ts';
import type { Session } from '../session.ts';
import { applyTo, type RowAccess } from './apply-loop.ts';
import { changeTrade, isKeyTaken, isOrderIdTaken } from './change-trade.ts';
import { mapTrade } from './find-trade.ts';

/**
 * Nearly always nobody else is writing, so nothing is locked: the row is read, if the caller does not know it, and written
 * by one statement that writes nothing where the row has changed meanwhile, or has an event of the fact's key.
 */
export function applyFact(session: Session, clientOrderId: string, fact: Fact, known?: Trade): Promise<Applied> {
  const rows: RowAccess = {
    read: (key) => session.read((em) => readRow(em, clientOrderId, key)),
    write: (row, learnt, decision) => write(session, row, learnt, decision),
  };
  return applyTo(rows, fact, known);
}

/** Null where the row has changed, or the key is taken: reading the row shows which. */
async function write(session: Session, row: Trade, fact: Fact, decision: Decision): Promise<Trade | null> {
  const { trade, cause, source, requester, evidence } = decision;
  const event = {
    clientOrderId: row.clientOrderId,
    fromStatus: row.status,
    toStatus: trade.status,
    state: stateOf(trade),
    cause,
    source,
    ...requester,
    sentBy: requester.sentBy ?? null,
    evidence,
    factKey: fact.key,
  };
  try {
    return await session.single((em) => changeTrade(em, row, trade, event));
  } catch (error) {
    if (isKeyTaken(error)) return null;
    throw isOrderIdTaken(error) ? await explain(session, trade, error) : error;
  }
}

/** The row, and whether a fact of this key was applied to it. */
async function readRow(
  em: EntityManager,
  clientOrderId: string,
  key: string,
): Promise<{ trade: Trade; isApplied: boolean }> {
  const [row] = await em.execute<{ is_applied: boolean }[]>(
    `select t.*, exists (
       select from order_events e where e.client_order_id = t.client_order_id and e.fact_key = ?
     ) as is_applied
     from trades t where t.client_order_id = ?`,
    [storable(key), storable(clientOrderId)],
  );
  if (row === undefined) throw new TradeNotFoundError(clientOrderId);
  return { trade: mapTrade(em, row), isApplied: row.is_applied };
}

/** The failure to report: with the name of the trade that has the exchange's id. */
async function explain({ read }: Session, { orderId, clientOrderId }: Trade, error: unknown): Promise<unknown> {
  const owner = orderId === null ? null : await read((em) => em.findOne(TradeEntity, { orderId }));
  return orderId === null || owner === null
    ? error
    : new OrderIdTakenError(orderId, clientOrderId, owner.clientOrderId);
}
