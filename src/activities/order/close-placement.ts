/** The end of a placement that did not succeed: no POST may be sent any more. */
import { ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { placementWindowEndMs, stateOf, type Trade } from '../../domain/order/trade.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import type { Halt } from '../../ports/halt-store.ts';
import { lookUpOrder } from '../../ports/order-lookup.ts';
import { cancellation, now } from '../runtime/activity-context.ts';
import type { OrderPorts } from '../ports.ts';
import { FactLog } from './fact-log.ts';
import type { Posted } from './post-order.ts';

/** Whoever has waited since the window was open, has closed it by then. */
const LONG_OVER_MS = 10_000;

export function tryAgain(message: string, type: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type, category: ApplicationFailureCategory.BENIGN });
}

/**
 * Before an order of unknown outcome is called stale, the listing is searched for it. So it is before an order is said not
 * to have been placed by a row whose window closed long ago, which may be one of a backup: then attempts are missing.
 */
export async function closePlacement(ports: OrderPorts, trade: Trade, halt?: Halt): Promise<Posted> {
  const log = new FactLog(ports, trade);
  const isUnknown = trade.postDenials < trade.postAttempts;
  if (isUnknown || isLongOver(trade)) {
    const isSearched = await searchListing(ports, log);
    if (!isSearched && !isUnknown) {
      throw tryAgain(
        `it is not known whether ${trade.clientOrderId} was placed: the exchange did not answer`,
        'UnknownOutcome',
      );
    }
  }
  if (stateOf(log.trade) === 'placed') {
    const events = trade.postAttempts === 0 ? [] : await ports.trades.events(trade.clientOrderId);
    const unauthorised = events.some(({ evidence }) => evidence?.['kind'] === 'unauthorised');
    const haltedBy = halt && { requestedBy: halt.requestedBy, sentBy: halt.sentBy, reason: halt.reason };
    const learnt = { key: 'placement-closed', at: now(), unauthorised };
    await log.learn({ type: 'placement-closed', ...learnt, ...(haltedBy && { haltedBy }) });
  }
  return { ...log.result, looks: 0 };
}

/** Whether a new row's window had closed before the row was written, so lately that nothing needs to be searched. */
export function isJustTooLate(trade: Trade): boolean {
  return Date.parse(trade.updatedAt) > placementWindowEndMs(trade) && !isLongOver(trade);
}

function isLongOver(trade: Trade): boolean {
  return Date.now() - placementWindowEndMs(trade) >= LONG_OVER_MS;
}

/** False where the exchange did not answer. */
async function searchListing(ports: OrderPorts, log: FactLog): Promise<boolean> {
  try {
    const found = await lookUpOrder(ports, log.trade, 'urgent', cancellation());
    if (found.kind === 'seen') {
      const { order, source } = found;
      await log.learn({ type: 'observed', key: 'placement-search', at: now(), order, source });
    }
    return true;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return false;
  }
}
