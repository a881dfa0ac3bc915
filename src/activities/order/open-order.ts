/** The first thing that a run does: reads the order's row, or commits the intent and, where nothing has to wait, places it. */
import { ApplicationFailure } from '@temporalio/activity';
import { whyPlacingWaits } from '../../domain/clock-offset.ts';
import { refusalOf } from '../../domain/field-error.ts';
import {
  checkOrderRequest,
  conflictsWith,
  type GivenRequest,
  type OrderIntent,
} from '../../domain/order/order-request.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { PlacementHaltedError, type TradeStore } from '../../ports/trade-store.ts';
import { runIdOfActivity } from '../runtime/activity-context.ts';
import { closePlacement, isJustTooLate } from './close-placement.ts';
import type { Placements } from './place-order.ts';
import { postOrder, unposted, type Posted, type PostPorts } from './post-order.ts';

/** Signals wait while a local activity runs, so a slow exchange is left to the regular activity after this. */
const FIRST_TASK_MS = 900;

export interface Opening {
  given: GivenRequest;
  /** Null when fields are missing: then the row must exist. */
  intent: OrderIntent | null;
  /** When the run was started; time spent waiting for a worker counts against the placement window. */
  requestedAt: string;
  /** False where a cancel came with the start: the intent is committed, and withdrawn. */
  mayPost: boolean;
  /** Temporal's identity of the client that started the run. */
  sentBy: string | null;
}

/**
 * Runs as a local activity in the first workflow task, so that an order that fills at once is one task. Intent and attempt
 * are committed by one statement before the POST is sent; a second run of this activity finds the row and posts nothing.
 * An order that has waited for a worker until its window was over is ended here as well.
 */
export function openOrder(ports: PostPorts, placements: Placements) {
  return async ({ given, intent, requestedAt, mayPost, sentBy }: Opening): Promise<Posted> => {
    const runId = runIdOfActivity();
    if (intent === null) {
      const trade = await mustFind(ports.trades, given);
      await ports.histories.noteRun({ clientOrderId: trade.clientOrderId, runId });
      return unposted(mustBeSame(given, trade));
    }
    const askedAtMs = performance.now();
    const { trade, inserted } = await commitIntent(ports, intent, { requestedAt, mayPost, sentBy, runId });
    if (!inserted) return unposted(mustBeSame(given, trade));
    // Under overload these are many, and must cost less than those that are placed.
    if (mayPost && isJustTooLate(trade)) return closePlacement(ports, trade);
    if (trade.postAttempts === 0) return unposted(trade);
    const left = new AbortController();
    const options = { askedAtMs, left: left.signal };
    const posted = placements.begin(trade.clientOrderId, () => postOrder(ports, trade, options));
    const late = Promise.withResolvers<null>();
    const timer = setTimeout(() => late.resolve(null), FIRST_TASK_MS);
    try {
      const answer = await Promise.race([posted, late.promise]);
      if (answer !== null) return answer;
      // The activity that takes over may run on another worker, and then knows nothing of this POST.
      left.abort();
      ports.activeOrders.leave(trade.clientOrderId);
      return unposted(trade);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** With the first attempt where nothing keeps it waiting, and the request budget has a place for it. */
async function commitIntent(
  { exchange, trades, histories, clocks }: PostPorts,
  intent: OrderIntent,
  { requestedAt, mayPost, sentBy, runId }: Pick<Opening, 'requestedAt' | 'mayPost' | 'sentBy'> & { runId: string },
): Promise<{ trade: Trade; inserted: boolean }> {
  const isReserved = mayPost && whyPlacingWaits(clocks) === null && exchange.tryReservePlacement();
  let isAttempted = false;
  try {
    const committed = trades.insertIntent(intent, { requestedAt, attempt: isReserved, sentBy, runId });
    const { trade, inserted } = await committed.catch(refuseHalted);
    isAttempted = inserted && trade.postAttempts > 0;
    if (!inserted) await histories.noteRun({ clientOrderId: trade.clientOrderId, runId });
    return { trade, inserted };
  } finally {
    if (isReserved && !isAttempted) exchange.releasePlacement();
  }
}

/** One clear answer, at once: the bot shall not wait for the end of the halt. */
function refuseHalted(error: unknown): never {
  if (!(error instanceof PlacementHaltedError)) throw error;
  throw ApplicationFailure.nonRetryable(error.message, 'PlacementHalted');
}

async function mustFind(trades: TradeStore, given: GivenRequest): Promise<Trade> {
  const trade = await trades.find(given.clientOrderId);
  if (trade !== null) return trade;
  const checked = checkOrderRequest(given);
  const missing = checked.kind === 'incomplete' ? checked.missing : [];
  throw ApplicationFailure.create(refusalOf('InvalidOrderRequest', missing));
}

function mustBeSame(given: GivenRequest, trade: Trade): Trade {
  const conflicts = conflictsWith(given, trade);
  if (conflicts.length === 0) return trade;
  throw ApplicationFailure.create(refusalOf('ClientOrderIdConflict', conflicts));
}
