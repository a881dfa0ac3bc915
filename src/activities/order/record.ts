/** Database steps of an order; each is one transaction and may run twice without harm. */
import { ApplicationFailure } from '@temporalio/activity';
import { describeFieldErrors } from '../../domain/field-error.ts';
import { PRESENT_EDITION, type Edition } from '../../domain/order/edition.ts';
import type { Alert, Requester } from '../../domain/order/order-context.ts';
import { CLIENT_ORDER_ID_MISMATCH, closedWithout } from '../../domain/order/order-facts.ts';
import {
  checkOrderRequest,
  conflictsWith,
  type GivenRequest,
  type OrderIntent,
} from '../../domain/order/order-request.ts';
import { RESOLVE_WANTED, type GrantedResolution } from '../../domain/order/resolve.ts';
import type { TradeChange } from '../../domain/order/trade-change.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { OrderIdTakenError, type TradeStore } from '../../ports/trade-store.ts';
import type { Ports } from './ports.ts';

export interface Opening {
  given: GivenRequest;
  /** Null when fields are missing: then the row must exist. */
  intent: OrderIntent | null;
  /** When the run was started; time spent waiting for a worker counts against the placement window. */
  requestedAt: string;
}

export interface Opened {
  trade: Trade;
  inserted: boolean;
  /** Who tells the run what changes at the exchange. Missing in runs that began when each order was watched by itself. */
  watchedBy?: 'feed';
  /** The rules of a run that begins now. Missing in runs that began when there was one edition. */
  edition?: Edition;
}

/** Reads the order's row, or commits the intent where there is none. */
export function openTrade({ trades }: Ports) {
  return async ({ given, intent, requestedAt }: Opening): Promise<Opened> => {
    const { trade, inserted } =
      intent === null ? await findTrade(trades, given) : await trades.insertIntent(intent, requestedAt);
    return { trade: mustBeSame(given, trade), inserted, watchedBy: 'feed', edition: PRESENT_EDITION };
  };
}

async function findTrade(trades: TradeStore, given: GivenRequest): Promise<{ trade: Trade; inserted: boolean }> {
  const trade = await trades.find(given.clientOrderId);
  if (trade === null) throw incomplete(given);
  return { trade, inserted: false };
}

/** Commits a change with its event, and tells an operator where the change says so. A row that is `known` need not be read. */
export function commitChange({ trades, alerts }: Ports) {
  return async ({ change, alert }: { change: TradeChange; alert: Alert | null }, known?: Trade): Promise<Trade> => {
    try {
      const row = await trades.commit(change, known);
      if (alert !== null) alerts.raise(alert, row);
      return row;
    } catch (error) {
      if (!(error instanceof OrderIdTakenError)) throw error;
      const row = await trades.commit(asMismatch(change, error));
      alerts.raise({ kind: 'intent-mismatch', message: error.message }, row);
      return row;
    }
  };
}

/** The exchange gave us an order that is another trade's: what it returned cannot be ours. */
function asMismatch(change: TradeChange, error: OrderIdTakenError): TradeChange {
  const unowned = { ...change.trade, orderId: null };
  return {
    ...change,
    trade: closedWithout(unowned, 'failed', CLIENT_ORDER_ID_MISMATCH, 'immediate-check'),
    state: 'closed',
    cause: 'intent_mismatch',
    evidence: { ...change.evidence, order_id: error.orderId, taken_by: error.takenBy },
  };
}

/** Ends a trade that was never attempted; leaves any other as it is. */
export function withdrawTrade({ trades }: Ports) {
  return ({ clientOrderId, requester }: { clientOrderId: string; requester: Requester }): Promise<Trade> =>
    trades.withdraw(clientOrderId, requester);
}

/** The last resolution that was granted, from the order's events. Those of another end have the status that was wanted in their evidence. */
export function findResolution({ trades }: Ports) {
  return async ({ clientOrderId }: { clientOrderId: string }): Promise<GrantedResolution | null> => {
    for (const event of (await trades.events(clientOrderId)).toReversed()) {
      const { cause, toStatus, requestedBy, reason, evidence } = event;
      const status = cause === 'resolved' ? toStatus : evidence?.[RESOLVE_WANTED];
      if (status === 'cancelled' || status === 'failed') {
        return { status, requester: { requestedBy, reason }, endedAs: toStatus };
      }
    }
    return null;
  };
}

function mustBeSame(given: GivenRequest, trade: Trade): Trade {
  const conflicts = conflictsWith(given, trade);
  if (conflicts.length === 0) return trade;
  throw ApplicationFailure.nonRetryable(describeFieldErrors(conflicts), 'ClientOrderIdConflict', conflicts);
}

function incomplete(given: GivenRequest): ApplicationFailure {
  const checked = checkOrderRequest(given);
  const missing = checked.kind === 'incomplete' ? checked.missing : [];
  return ApplicationFailure.nonRetryable(describeFieldErrors(missing), 'InvalidOrderRequest', missing);
}
