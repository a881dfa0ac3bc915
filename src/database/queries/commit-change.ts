import type { EntityManager } from '@mikro-orm/postgresql';
import type { EarlyChange } from '../../domain/order/early-changes.ts';
import { mergeTrade } from '../../domain/order/merge-trade.ts';
import type { Alert } from '../../domain/order/order-context.ts';
import type { TradeChange } from '../../domain/order/trade-change.ts';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { OrderIdTakenError, TradeNotFoundError } from '../../ports/trade-store-error.ts';
import { storable } from '../columns/text.ts';
import { toTrade, TradeEntity } from '../entities/trade.ts';
import type { Session } from '../session.ts';
import { changeTrade, isKeyTaken, isOrderIdTaken } from './change-trade.ts';
import { findTrade, lockTrade, mapTrade } from './find-trade.ts';

type Decide = (row: Trade) => EarlyChange | null;
type EarlyCommit = { row: Trade; alert: Alert | null };

/**
 * Nearly always nobody else is writing: the row is read without a lock, if the caller does not know it, and written by one
 * statement, which writes nothing where the row has changed. Only then a transaction locks the row and decides.
 */
export async function commitChange(session: Session, change: TradeChange, known?: Trade): Promise<Trade> {
  try {
    const { row, isCommitted } =
      known === undefined ? await session.read((em) => readFor(em, change)) : { row: known, isCommitted: false };
    if (isCommitted) return row;
    return (await writeUnlocked(session, row, change)) ?? (await session.transact((em) => writeLocked(em, change)));
  } catch (error) {
    throw isOrderIdTaken(error) ? await explain(session, change, error) : error;
  }
}

/** `decide` is asked again where the row has changed meanwhile, or is not as the caller knew it. */
export async function commitEarlyChange(
  session: Session,
  clientOrderId: string,
  decide: Decide,
  known?: Trade,
): Promise<EarlyCommit | null> {
  const before = known ?? (await session.read((em) => mustFindTrade(em, clientOrderId)));
  const early = decide(before);
  if (early === null) return known === undefined ? null : commitEarlyChange(session, clientOrderId, decide);
  const row = await writeUnlocked(session, before, early.change);
  if (row !== null) return { row, alert: early.alert };
  return session.transact((em) => decideLocked(em, clientOrderId, decide));
}

async function writeLocked(em: EntityManager, change: TradeChange): Promise<Trade> {
  const row = toTrade(await lockTrade(em, change.trade.clientOrderId));
  return (await write(em, row, change)) ?? row;
}

async function decideLocked(em: EntityManager, clientOrderId: string, decide: Decide): Promise<EarlyCommit | null> {
  const before = toTrade(await lockTrade(em, clientOrderId));
  const early = decide(before);
  if (early === null) return null;
  return { row: (await write(em, before, early.change)) ?? before, alert: early.alert };
}

/** Null where the row has changed, or the key is taken: the lock will tell which. */
async function writeUnlocked({ single }: Session, row: Trade, change: TradeChange): Promise<Trade | null> {
  try {
    return await single((em) => write(em, row, change));
  } catch (error) {
    if (isKeyTaken(error)) return null;
    throw error;
  }
}

function write(em: EntityManager, row: Trade, change: TradeChange): Promise<Trade | null> {
  const { trade, kept } = mergeTrade(row, change);
  return changeTrade(em, row, trade, {
    clientOrderId: row.clientOrderId,
    fromStatus: row.status,
    toStatus: trade.status,
    state: kept.includes('status') ? stateOf(trade) : change.state,
    cause: change.cause,
    source: change.source,
    requestedBy: change.requestedBy,
    reason: change.reason,
    evidence: kept.length > 0 ? { ...change.evidence, kept } : change.evidence,
    changeKey: change.key,
  });
}

/** The row, and whether a change of this key is committed. */
async function readFor(em: EntityManager, { key, trade }: TradeChange): Promise<{ row: Trade; isCommitted: boolean }> {
  const { clientOrderId } = trade;
  const [row] = await em.execute<{ is_committed: boolean }[]>(
    `select t.*, exists (
       select from order_events e where e.client_order_id = t.client_order_id and e.change_key = ?
     ) as is_committed
     from trades t where t.client_order_id = ?`,
    [storable(key), storable(clientOrderId)],
  );
  if (row === undefined) throw new TradeNotFoundError(clientOrderId);
  return { row: mapTrade(em, row), isCommitted: row.is_committed };
}

async function mustFindTrade(em: EntityManager, clientOrderId: string): Promise<Trade> {
  const trade = await findTrade(em, clientOrderId);
  if (trade === null) throw new TradeNotFoundError(clientOrderId);
  return trade;
}

/** What the failure is to be told as: with the name of the trade that has the exchange's id. */
async function explain({ read }: Session, { trade }: TradeChange, error: unknown): Promise<unknown> {
  const { orderId, clientOrderId } = trade;
  const owner = orderId === null ? null : await read((em) => em.findOne(TradeEntity, { orderId }));
  return orderId === null || owner === null
    ? error
    : new OrderIdTakenError(orderId, clientOrderId, owner.clientOrderId);
}
