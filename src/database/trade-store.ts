import type { TradeStore } from '../ports/trade-store.ts';
import { adoptOrder } from './queries/adopt-order.ts';
import { applyFact } from './queries/apply-fact.ts';
import { beginPostAttempt, withholdPostAttempt } from './queries/begin-post-attempt.ts';
import { endedWithoutFills, listFills, recordFills } from './queries/fills.ts';
import { findByEitherId, findByPrefix, findTrade, findTrades, listEvents, listTrades } from './queries/find-trade.ts';
import { insertIntent } from './queries/insert-intent.ts';
import { findMoved } from './queries/moved-orders.ts';
import { listOpen, openTradesOf } from './queries/open-trades.ts';
import type { Session } from './session.ts';

/** The operations, each a transaction by itself: one statement where that will do. */
export function createTradeStore(session: Session): TradeStore {
  const { read, single } = session;
  return {
    find: (clientOrderId) => read((em) => findTrade(em, clientOrderId)),
    findAll: (clientOrderIds) => read((em) => findTrades(em, clientOrderIds)),
    findByEitherId: (id) => read((em) => findByEitherId(em, id)),
    findByPrefix: (prefix, limit) => read((em) => findByPrefix(em, prefix, limit)),
    list: (filter) => read((em) => listTrades(em, filter)),
    openTradesOf: (botId, productId) => read((em) => openTradesOf(em, botId, productId)),
    listOpen: () => read((em) => listOpen(em)),
    events: (clientOrderId) => read((em) => listEvents(em, clientOrderId)),
    moved: (clientOrderId) => read((em) => findMoved(em, clientOrderId)),
    fillsOf: (...orderIds) => read((em) => listFills(em, orderIds)),
    endedWithoutFills: (limit, options) => read((em) => endedWithoutFills(em, limit, options)),

    insertIntent: (intent, options) => single((em) => insertIntent(em, intent, options)),
    adopt: (order, by) => single((em) => adoptOrder(em, order, by)),
    beginPostAttempt: (clientOrderId) => beginPostAttempt(session, clientOrderId),
    withholdPostAttempt: (clientOrderId) => session.read((em) => withholdPostAttempt(em, clientOrderId)),
    apply: (clientOrderId, fact, known) => applyFact(session, clientOrderId, fact, known),
    recordFills: (fills) => (fills.length === 0 ? Promise.resolve([]) : single((em) => recordFills(em, fills))),
  };
}
