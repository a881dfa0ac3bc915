import { isToldEnd } from '../order/change-keys.ts';
import type { TradeStore } from '../ports/trade-store.ts';
import { adoptOrder } from './operations/adopt-order.ts';
import { beginPostAttempt } from './operations/begin-post-attempt.ts';
import { commitChange, commitEarlyChange, explainFailure, findCommitted } from './operations/commit-change.ts';
import { findByEitherId, findByPrefix, findTrade } from './operations/find-trade.ts';
import { insertIntent } from './operations/insert-intent.ts';
import { listEvents } from './operations/list-events.ts';
import { listTrades } from './operations/list-trades.ts';
import { noteEvent } from './operations/note-event.ts';
import { countOpen, listOpen, openTradesOf } from './operations/open-trades.ts';
import { listFills, saveFills } from './operations/save-fills.ts';
import { withdrawIntent } from './operations/withdraw-intent.ts';
import type { Session } from './session.ts';

/** The operations, each in a transaction of its own. */
export function createTradeStore(session: Session): TradeStore {
  const { read, transact } = session;
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

    insertIntent: (intent, requestedAt) => transact((em) => insertIntent(em, intent, requestedAt)),
    adopt: (order, by) => transact((em) => adoptOrder(em, order, by)),
    beginPostAttempt: (clientOrderId) => transact((em) => beginPostAttempt(em, clientOrderId)),
    withdraw: (clientOrderId, by) => transact((em) => withdrawIntent(em, clientOrderId, by)),
    note: (event) => transact((em) => noteEvent(em, event)),
    saveFills: (fills, orderId) => transact((em) => saveFills(em, fills, orderId)),
    commit: async (change) =>
      // Mostly the feed has been quicker, and a transaction would find out no more.
      (isToldEnd(change.key) ? await read((em) => findCommitted(em, change)) : null) ??
      transact((em) => commitChange(em, change)).catch((error: unknown) => explainFailure(session, change, error)),
    commitEarly: (clientOrderId, decide) => transact((em) => commitEarlyChange(em, clientOrderId, decide)),
  };
}
