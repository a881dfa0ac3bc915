import type { EntityManager } from '@mikro-orm/postgresql';
import { decide } from '../../domain/order/decide.ts';
import type { Decision } from '../../domain/order/decision.ts';
import type { Fact } from '../../domain/order/fact.ts';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { OrderIdTakenError, TradeNotFoundError } from '../../ports/trade-store-error.ts';
import type { Applied } from '../../ports/trade-store.ts';
import { storable } from '../columns/text.ts';
import { TradeEntity } from '../entities/trade.ts';
import type { Session } from '../session.ts';
import { changeTrade, isKeyTaken, isOrderIdTaken } from './change-trade.ts';
import { mapTrade } from './find-trade.ts';

/** Somebody else has changed the row between the read and the write so often in a row: a defect, not a coincidence. */
const MOST_CONFLICTS = 50;

/**
 * Nearly always nobody else is writing, so nothing is locked: the row is read, if the caller does not know it, and written
 * by one statement that writes nothing where the row has changed meanwhile, or has an event of the fact's key.
 */
export async function applyFact(session: Session, clientOrderId: string, fact: Fact, known?: Trade): Promise<Applied> {
  let row = known;
  for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts += 1) {
    if (row === undefined) {
      const read = await session.read((em) => readRow(em, clientOrderId, fact.key));
      if (read.isApplied) return { trade: read.trade, isNews: false, alert: null };
      row = read.trade;
    }
    const decision = decide(row, fact);
    if (decision === null && row !== known) return { trade: row, isNews: false, alert: null };
    const trade = decision === null ? null : await write(session, row, fact, decision);
    if (decision !== null && trade !== null) return { trade, isNews: true, alert: decision.alert };
    // What the caller knew is out of date, or somebody else came first: the row is read anew.
    row = undefined;
  }
  throw new Error(`the trade ${clientOrderId} changed ${MOST_CONFLICTS} times while a fact was applied to it`);
}

/** Null where the row has changed, or the key is taken: reading it tells which. */
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

/** What the failure is to be told as: with the name of the trade that has the exchange's id. */
async function explain({ read }: Session, { orderId, clientOrderId }: Trade, error: unknown): Promise<unknown> {
  const owner = orderId === null ? null : await read((em) => em.findOne(TradeEntity, { orderId }));
  return orderId === null || owner === null
    ? error
    : new OrderIdTakenError(orderId, clientOrderId, owner.clientOrderId);
}
