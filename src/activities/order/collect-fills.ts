/** Asks for an ended order's fills until they add up to what was filled. */
import { Context } from '@temporalio/activity';
import { hasEnded, type Fill } from '../../domain/order/exchange-order.ts';
import { addUpTo, isMoreThan, totalsOf, wasAdjusted } from '../../domain/order/fill-totals.ts';
import { fillsKey } from '../../domain/order/change-keys.ts';
import { earlyFills } from '../../domain/order/early-changes.ts';
import { clientOrderIdOf } from '../../domain/order/order-request.ts';
import type { FillsInput, FillsOutcome } from '../../domain/order/order-context.ts';
import { ExchangeError, type Exchange } from '../../ports/exchange.ts';
import type { FillBatches } from './fill-batches.ts';
import type { Ports } from './ports.ts';
import { cancellation, orCancelled, pause, withHeartbeat } from '../runtime/activity-context.ts';

/** The fills may be listed later than the order's status; after this long the trade is flagged instead. */
const ASK_FOR_MS = 30_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

export function collectFills(ports: Ports, batches: FillBatches) {
  return (input: FillsInput): Promise<FillsOutcome> =>
    withHeartbeat(async () => written(ports, await collect(ports, batches, input)));
}

/** Asks once; null where the fills do not add up yet, or no answer came. */
export function takeFills(ports: Ports, batches: FillBatches) {
  return async ({ orderId, filledSize }: FillsInput): Promise<FillsOutcome | null> => {
    try {
      const fills = await ports.trades.saveFills(await orCancelled(batches.fillsOf(orderId)), orderId);
      return areWhole(fills, filledSize) ? await written(ports, whole(fills, filledSize)) : null;
    } catch (error) {
      if (error instanceof ExchangeError) return null;
      throw error;
    }
  };
}

/** With what is committed of it; without, where that is left to the workflow. */
async function written({ trades, alerts }: Ports, outcome: FillsOutcome): Promise<FillsOutcome> {
  const { workflowExecution, activityId } = Context.current().info;
  if (workflowExecution === undefined) return outcome;
  const key = fillsKey({ runId: workflowExecution.runId, activityId });
  const clientOrderId = clientOrderIdOf(workflowExecution.workflowId);
  const early = await trades.commitEarly(clientOrderId, (row) => earlyFills(row, outcome, key)).catch(() => null);
  if (early === null) return outcome;
  if (early.alert !== null) alerts.raise(early.alert, early.row);
  return { ...outcome, recorded: { key, row: early.row } };
}

async function collect(
  { exchange, trades }: Ports,
  batches: FillBatches,
  { orderId, filledSize }: FillsInput,
): Promise<FillsOutcome> {
  const giveUpAtMs = Context.current().info.scheduledTimestampMs + ASK_FOR_MS;
  let expectedSize = filledSize;
  let lastError: string | null = null;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    let listed: Fill[] = [];
    try {
      listed = await orCancelled(batches.fillsOf(orderId));
      lastError = null;
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      lastError = error.message;
    }
    const fills = await trades.saveFills(listed, orderId);
    const isLast = Date.now() + waitMs > giveUpAtMs;
    if (!areWhole(fills, expectedSize) && (isLast || disprove(fills, expectedSize))) {
      expectedSize = (await sizeByNow(exchange, orderId)) ?? expectedSize;
    }
    if (areWhole(fills, expectedSize)) return { ...whole(fills, expectedSize), lastError };
    if (isLast) {
      const { newestTradeTime } = totalsOf(fills);
      return { complete: false, filledSize, fillCount: fills.length, totals: null, newestTradeTime, lastError };
    }
    await pause(waitMs);
  }
}

function whole(fills: readonly Fill[], filledSize: string): FillsOutcome {
  const totals = totalsOf(fills);
  const { newestTradeTime } = totals;
  return { complete: true, filledSize, fillCount: fills.length, totals, newestTradeTime, lastError: null };
}

/** Who asks for fills expects some: nothing adds up to nothing only if the size was not told. */
function areWhole(fills: readonly Fill[], filledSize: string): boolean {
  return fills.length > 0 && addUpTo(totalsOf(fills), filledSize);
}

/** Fills that are late are too few. More of them, or adjusted ones, mean that the order's size is no longer what it was. */
function disprove(fills: readonly Fill[], filledSize: string): boolean {
  return wasAdjusted(fills) || isMoreThan(totalsOf(fills), filledSize);
}

/** The filled size that the exchange shows of the ended order now; null when it shows none. */
async function sizeByNow(exchange: Exchange, orderId: string): Promise<string | null> {
  try {
    const order = await exchange.getOrder(orderId, 'blocked-bot', cancellation());
    return hasEnded(order) ? order.filledSize : null;
  } catch (error) {
    if (error instanceof ExchangeError) return null;
    throw error;
  }
}
