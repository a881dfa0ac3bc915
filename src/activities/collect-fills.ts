/** Asks for an ended order's fills until they add up to what was filled; the bot is released already. */
import { Context } from '@temporalio/activity';
import { hasEnded, type Fill } from '../order/exchange-order.ts';
import { addUpTo, isMoreThan, totalsOf, wasAdjusted } from '../order/fill-totals.ts';
import { fillsKey } from '../order/change-keys.ts';
import { earlyFills } from '../order/early-changes.ts';
import { clientOrderIdOf } from '../order/order-request.ts';
import type { FillsInput, FillsOutcome, Recorded } from '../order/order-context.ts';
import { ExchangeError, type Exchange } from '../ports/exchange.ts';
import { FillBatches } from './fill-batches.ts';
import type { Ports } from './ports.ts';
import { cancellation, orCancelled, pause, withHeartbeat } from './pulse.ts';

/** The fills may be listed later than the order's status; after this long the trade is flagged instead. */
const ASK_FOR_MS = 30_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

export function collectFills(ports: Ports) {
  const batches = new FillBatches(ports.exchange);
  return (input: FillsInput): Promise<FillsOutcome> =>
    withHeartbeat(async () => {
      const outcome = await collect(ports, batches, input);
      const recorded = await write(ports, outcome);
      return { ...outcome, ...(recorded !== null && { recorded }) };
    });
}

/** Null where it is left to the workflow. */
async function write({ trades, alerts }: Ports, outcome: FillsOutcome): Promise<Recorded | null> {
  const { workflowExecution, activityId } = Context.current().info;
  if (workflowExecution === undefined) return null;
  const key = fillsKey({ runId: workflowExecution.runId, activityId });
  const clientOrderId = clientOrderIdOf(workflowExecution.workflowId);
  const written = await trades.commitEarly(clientOrderId, (row) => earlyFills(row, outcome, key)).catch(() => null);
  if (written === null) return null;
  if (written.alert !== null) alerts.raise(written.alert, written.row);
  return { key, row: written.row };
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
    const totals = totalsOf(fills);
    const isLast = Date.now() + waitMs > giveUpAtMs;
    if (!areWhole(fills, expectedSize) && (isLast || disprove(fills, expectedSize))) {
      expectedSize = (await sizeByNow(exchange, orderId)) ?? expectedSize;
    }
    const complete = areWhole(fills, expectedSize);
    if (complete || isLast) {
      return {
        complete,
        filledSize: complete ? expectedSize : filledSize,
        fillCount: fills.length,
        totals: complete ? totals : null,
        newestTradeTime: totals.newestTradeTime,
        lastError,
      };
    }
    await pause(waitMs);
  }
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
