/**
 * Every trade that the database holds open, whatever its age, against the exchange. Few are asked for by id; of many, the
 * exchange's list of open orders shows which are as recorded, and the others are asked for by id.
 */
import { ORDER_IDS_A_REQUEST, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { Trade } from '../../domain/order/trade.ts';
import type { OpenTradesCursor } from '../../ports/reconciliation-store.ts';
import { compareOrder } from '../../domain/reconciliation/compare-order.ts';
import type { Difference } from '../../domain/reconciliation/difference.ts';
import type { StepReport } from '../../domain/reconciliation/report.ts';
import { staleDifference } from '../../domain/reconciliation/stale.ts';
import { chunksOf, inParallel } from '../runtime/in-parallel.ts';
import { recordDifferences } from './record-differences.ts';
import type { ReconciliationPorts } from '../ports.ts';
import type { RunContext } from './run.ts';
import { runStep, type StepContext } from './step.ts';

/** Of more than a page, the list costs less: a thousand orders a request, where fifty ids are one. */
const TRADES_A_PAGE = 500;
/** Enough to fill a budget of 30 a second over a link of 100 ms. */
const REQUESTS_AT_ONCE = 4;

/** With ids of 128 characters they take 260 kB of each heartbeat, and are more than a run asks for one by one. */
const MAX_UNSEEN = 2_000;

interface Progress {
  after: OpenTradesCursor | null;
  /** Client order ids of the trades that no answer showed, to be asked for one by one: at most 2,000. */
  unseen: string[];
  /** How many more there were. */
  leftOut: number;
  /** How many were shown as OPEN, by which the exchange's own list of open orders is checked. */
  shownOpen: number;
}

export interface OpenTradesReport extends StepReport {
  unseen: string[];
  shownOpen: number;
}

export function reconcileOpenTrades(ports: ReconciliationPorts) {
  return async (run: RunContext): Promise<OpenTradesReport> => {
    let end: Progress = { after: null, unseen: [], leftOut: 0, shownOpen: 0 };
    const report = await runStep<Progress>(ports, run, end, async (step) => {
      end = await walk(ports, step);
      if (end.leftOut > 0) step.gap(`${end.leftOut} trades that no listing shows were left out`);
    });
    return { ...report, unseen: end.unseen, shownOpen: end.shownOpen };
  };
}

/** By the exchange's id. */
type Listed = ReadonlyMap<string, ExchangeOrder>;

async function walk(ports: ReconciliationPorts, step: StepContext<Progress>): Promise<Progress> {
  let listed: Listed | null = null;
  for (;;) {
    if (step.isLate) return step.cursor;
    const { trades, next } = await ports.reconciliations.openTrades(step.cursor.after, TRADES_A_PAGE);
    if (next !== null) listed ??= await listOpen(step);
    const progress = structuredClone({ ...step.cursor, after: next });
    const asRecorded = listed === null ? [] : listedAsRecorded(trades, listed);
    step.add({ ordersSeen: asRecorded.length });
    progress.shownOpen += asRecorded.filter(({ status }) => status === 'OPEN').length;
    const known = new Set(asRecorded.map(({ orderId }) => orderId));
    await checkById(
      ports,
      step,
      trades.filter(({ orderId }) => orderId === null || !known.has(orderId)),
      progress,
    );
    step.add({ tradesChecked: trades.length });
    // Without a checkpoint, because a retry would mistake it for the beginning and count all again.
    if (next === null) return progress;
    step.checkpoint(progress);
  }
}

async function listOpen(step: StepContext<Progress>): Promise<Listed> {
  const orders = await step.listOpenOrders();
  return new Map(orders?.map((order) => [order.orderId, order]));
}

/** A difference may be that the list is older than the row. */
function listedAsRecorded(trades: readonly Trade[], listed: Listed): ExchangeOrder[] {
  return trades.flatMap((trade) => {
    const order = listed.get(trade.orderId ?? '');
    return order !== undefined && compareOrder(trade, order, Date.now()) === null ? [order] : [];
  });
}

async function checkById(
  ports: ReconciliationPorts,
  step: StepContext<Progress>,
  trades: readonly Trade[],
  progress: Progress,
): Promise<void> {
  const differences: (Difference | null)[] = [];
  const withoutId = trades.filter(({ orderId }) => orderId === null);
  for (const trade of withoutId) addUnseen(progress, trade);
  const chunks = chunksOf(
    trades.filter(({ orderId }) => orderId !== null),
    ORDER_IDS_A_REQUEST,
  );
  await inParallel(chunks, REQUESTS_AT_ONCE, async (chunk) => {
    const orderIds = chunk.flatMap(({ orderId }) => orderId ?? []);
    // Bots that wait for an order come before the sweep of resting ones, and before what only watches.
    const priority = chunk.some(({ status }) => status !== 'pending') ? 'blocked-bot' : 'sweep';
    const listed = await step.listOrders('open trades by id', { orderIds }, priority);
    if (listed === null) {
      // A trade that is undecided for too long is said to be so, whether or not the exchange answers.
      differences.push(...chunk.map((trade) => staleDifference(trade, null, Date.now())));
      return;
    }
    step.add({ ordersSeen: listed.orders.length });
    const unreadable = new Set(listed.unreadable.map(({ orderId }) => orderId));
    const shown = new Map(listed.orders.map((order) => [order.orderId, order]));
    for (const trade of chunk) {
      const order = shown.get(trade.orderId ?? '');
      if (order === undefined && unreadable.has(trade.orderId)) {
        differences.push(staleDifference(trade, null, Date.now()));
      } else if (order === undefined) addUnseen(progress, trade);
      else differences.push(compareOrder(trade, order, Date.now()));
      if (order?.status === 'OPEN') progress.shownOpen += 1;
    }
  });
  await recordDifferences(ports, step, differences);
}

function addUnseen(progress: Progress, { clientOrderId }: Trade): void {
  if (progress.unseen.length < MAX_UNSEEN) progress.unseen.push(clientOrderId);
  else progress.leftOut += 1;
}
