import type { EntityManager } from '@mikro-orm/postgresql';
import type { EarlyChange } from '../../order/early-changes.ts';
import type { Alert } from '../../order/order-context.ts';
import { mergeTrade } from '../../order/merge-trade.ts';
import type { TradeChange } from '../../order/trade-change.ts';
import { stateOf, type Trade } from '../../order/trade.ts';
import { OrderIdTakenError } from '../../ports/trade-store-error.ts';
import { toTrade, TradeEntity, type TradeRow } from '../entities/trade.ts';
import type { Session } from '../session.ts';
import { lockTrade, mapTrade } from './find-trade.ts';
import { updateTrade } from './update-trade.ts';
import { writeEvent } from './write-event.ts';

export async function commitChange(em: EntityManager, change: TradeChange): Promise<Trade> {
  return write(em, await lockTrade(em, change.trade.clientOrderId), change);
}

/** The row, where a change of this key is committed; null where none is. */
export async function findCommitted(em: EntityManager, { key, trade }: TradeChange): Promise<Trade | null> {
  const { clientOrderId } = trade;
  const [row] = await em.execute(
    `select t.* from trades t join order_events e using (client_order_id)
     where e.client_order_id = ? and e.change_key = ?`,
    [clientOrderId, key],
  );
  return row === undefined ? null : mapTrade(em, row);
}

export async function commitEarlyChange(
  em: EntityManager,
  clientOrderId: string,
  decide: (row: Trade) => EarlyChange | null,
): Promise<{ row: Trade; alert: Alert | null } | null> {
  const row = await lockTrade(em, clientOrderId);
  const early = decide(toTrade(row));
  return early === null ? null : { row: await write(em, row, early.change), alert: early.alert };
}

async function write(em: EntityManager, row: TradeRow, change: TradeChange): Promise<Trade> {
  const { trade, kept } = mergeTrade(toTrade(row), change);
  const isNew = await writeEvent(em, {
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
  return isNew ? updateTrade(em, row, trade) : toTrade(row);
}

/** Rethrows what a commit failed with; if the exchange's id is taken, with the name of the trade that has it. */
export async function explainFailure({ read }: Session, { trade }: TradeChange, error: unknown): Promise<never> {
  const { orderId, clientOrderId } = trade;
  if (!isOrderIdTaken(error) || orderId === null) throw error;
  const owner = await read((em) => em.findOne(TradeEntity, { orderId }));
  throw owner === null ? error : new OrderIdTakenError(orderId, clientOrderId, owner.clientOrderId);
}

/** By PostgreSQL's own words, because MikroORM's query builder does not turn them into its classes of errors. */
function isOrderIdTaken(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'trades_order_id_key';
}
