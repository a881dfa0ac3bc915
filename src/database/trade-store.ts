import type { TradeStore } from '../ports/trade-store.ts';
import { adoptOrder } from './queries/adopt-order.ts';
import { beginPostAttempt } from './queries/begin-post-attempt.ts';
import { commitChange, commitEarlyChange } from './queries/commit-change.ts';
import { findByEitherId, findByPrefix, findTrade } from './queries/find-trade.ts';
import { insertIntent } from './queries/insert-intent.ts';
import { listEvents } from './queries/list-events.ts';
import { listTrades } from './queries/list-trades.ts';
import { noteEvent } from './queries/note-event.ts';
import { countOpen, listOpen, openTradesOf } from './queries/open-trades.ts';
import { listFills, saveFills } from './queries/save-fills.ts';
import { withdrawIntent } from './queries/withdraw-intent.ts';
import type { Session } from './session.ts';

/** The operations, each a transaction by itself: one statement where that will do. */
export function createTradeStore(session: Session): TradeStore {
  const { read, single, transact } = session;
  return {
    find: (clientOrderId) => read((em) => findTrade(em, clientOrderId)),
    findByEitherId: (id) => read((em) => findByEitherId(em, id)),
    findByPrefix: (prefix, limit) => read((em) => findByPrefix(em, prefix, limit)),
    list: (filter) => read((em) => listTrades(em, filter)),
    openTradesOf: (botId, productId) => read((em) => openTradesOf(em, botId, productId)),
    listOpen: () => read((em) => listOpen(em)),
    countOpen: () => read((em) => countOpen(em)),
    events: (clientOrderId) => read((em) => listEvents(em, clientOrderId)),
    fillsOf: (orderId) => read((em) => listFills(em, orderId)),

    insertIntent: (intent, requestedAt) => single((em) => insertIntent(em, intent, requestedAt)),
    adopt: (order, by) => single((em) => adoptOrder(em, order, by)),
    beginPostAttempt: (clientOrderId) => beginPostAttempt(session, clientOrderId),
    withdraw: (clientOrderId, by) => transact((em) => withdrawIntent(em, clientOrderId, by)),
    note: (event) => single((em) => noteEvent(em, event)),
    saveFills: (fills, orderId) => single((em) => saveFills(em, fills, orderId)),
    commit: (change, known) => commitChange(session, change, known),
    commitEarly: (clientOrderId, decide, known) => commitEarlyChange(session, clientOrderId, decide, known),
  };
}
