/** The exchange's own lists against the database: what it has open, what was created or filled lately. */
import { ORDER_IDS_A_REQUEST, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { CLIENT_ORDER_ID_MISMATCH } from '../../domain/order/decisions/end.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { compareOrder } from '../../domain/reconciliation/compare-order.ts';
import { orphan, type Difference } from '../../domain/reconciliation/difference.ts';
import type { StepReport } from '../../domain/reconciliation/report.ts';
import { byDay, recentWindow, weeklySlices, type TimeWindow } from '../../domain/reconciliation/windows.ts';
import { chunksOf } from '../runtime/in-parallel.ts';
import { recordDifferences } from './record-differences.ts';
import type { ReconciliationPorts } from '../ports.ts';
import type { RunContext } from './run.ts';
import { runStep, type StepContext } from './step.ts';

const ORDERS_A_PAGE = 500;
/** Fills may be listed a little late. */
const FILLS_MARGIN_MS = 300_000;

/** The lists, in the order in which they are asked for. */
const LISTS = ['open', 'recent', 'week', 'filled'] as const;
type List = (typeof LISTS)[number];

export interface ListingsInput {
  /** How many open trades the exchange showed as OPEN when asked by id. */
  shownOpen: number;
}

export function reconcileListings(ports: ReconciliationPorts) {
  return (run: RunContext, { shownOpen }: ListingsInput): Promise<StepReport> =>
    runStep<number>(ports, run, 0, async (step) => {
      const seen = new Set<string>();
      for (const [index, list] of LISTS.entries()) {
        if (index < step.cursor) continue;
        const orders = await ordersOf(step, list, seen);
        if (list === 'open' && orders?.length === 0 && shownOpen > 0) {
          step.gap(`the exchange lists no open order, but showed ${shownOpen} when asked by id`);
        }
        const unseen = (orders ?? []).filter(({ orderId }) => !seen.has(orderId));
        for (const { orderId } of unseen) seen.add(orderId);
        for (const page of chunksOf(unseen, ORDERS_A_PAGE)) await comparePage(ports, step, page);
        step.checkpoint(index + 1);
      }
    });
}

async function ordersOf(
  step: StepContext<number>,
  list: List,
  seen: ReadonlySet<string>,
): Promise<ExchangeOrder[] | null> {
  const { startedAt, lastCompleteAt } = step.run;
  const nowMs = Date.parse(startedAt);
  switch (list) {
    case 'open':
      return step.listOpenOrders();
    case 'recent':
      return created(step, [recentWindow(lastCompleteAt, nowMs)]);
    case 'week':
      return created(step, weeklySlices(lastCompleteAt, nowMs));
    case 'filled':
      return filledSince(step, recentWindow(lastCompleteAt, nowMs), seen);
  }
}

async function created(step: StepContext<number>, windows: readonly TimeWindow[]): Promise<ExchangeOrder[]> {
  const orders: ExchangeOrder[] = [];
  for (const { from, to } of windows.flatMap(byDay)) {
    const filter = { createdFrom: from, createdTo: to };
    const created = await step.listOrders(`orders created since ${from}`, filter, 'sweep');
    orders.push(...(created?.orders ?? []));
  }
  return orders;
}

/** Orders with fills since the last run that were created before: those that were created since then are listed already. */
async function filledSince(
  step: StepContext<number>,
  recent: TimeWindow,
  listed: ReadonlySet<string>,
): Promise<ExchangeOrder[] | null> {
  const { lastCompleteAt } = step.run;
  const since = lastCompleteAt === null ? Date.parse(recent.from) : Date.parse(lastCompleteAt) - FILLS_MARGIN_MS;
  const from = new Date(since).toISOString();
  const filled = await step.listFilledSince(from);
  if (filled === null) return null;
  const orders: ExchangeOrder[] = [];
  const ids = [...filled].filter((orderId) => !listed.has(orderId));
  for (const orderIds of chunksOf(ids, ORDER_IDS_A_REQUEST)) {
    const older = await step.listOrders('orders filled lately', { orderIds }, 'sweep');
    orders.push(...(older?.orders ?? []));
  }
  return orders;
}

/** The rows are read after the listing: an order of ours has its row before it is sent. */
async function comparePage(
  ports: ReconciliationPorts,
  step: StepContext<number>,
  orders: readonly ExchangeOrder[],
): Promise<void> {
  const trades = await ports.reconciliations.tradesOf({
    orderIds: orders.map(({ orderId }) => orderId),
    clientOrderIds: orders.flatMap(({ clientOrderId }) => clientOrderId ?? []),
  });
  const byOrderId = new Map(trades.map((trade) => [trade.orderId, trade]));
  const byClientOrderId = new Map(trades.map((trade) => [trade.clientOrderId, trade]));
  const differences = orders.map((order): Difference | null => {
    const trade = byOrderId.get(order.orderId) ?? unidentified(byClientOrderId.get(order.clientOrderId ?? ''));
    return trade === undefined ? orphan(order) : compareOrder(trade, order, Date.now());
  });
  step.add({ ordersSeen: orders.length });
  await recordDifferences(ports, step, differences);
}

/** A trade of the same client order id is the order's, unless it has another order, or has disowned this one. */
function unidentified(trade: Trade | undefined): Trade | undefined {
  const isFree = trade !== undefined && trade.orderId === null && trade.reason !== CLIENT_ORDER_ID_MISMATCH;
  return isFree ? trade : undefined;
}
