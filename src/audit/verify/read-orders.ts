/** Many orders of a running deployment, fifty at a time: of those that are settled, the database has all that there is to know. */
import type { Client } from '@temporalio/client';
import { chunksOf } from '../../activities/runtime/in-parallel.ts';
import { workflowIdOf } from '../../domain/order/order-request.ts';
import type { Trade } from '../../domain/order/trade.ts';
import type { Evidence } from './evidence.ts';
import { evidenceOf, fromArchive, type Deployment } from './live-evidence.ts';

/** Few enough for the time that a statement may take, and to hold the histories of all of them. */
const ORDERS_AT_ONCE = 50;
/** Temporal's lists lag behind by seconds. What changed a row longer ago than this is in them. */
const LISTED_AFTER_MS = 300_000;

export interface ReadOrder {
  clientOrderId: string;
  /** Null where the order has to be looked at by itself. The histories are unpacked only when it is called. */
  settled: (() => Evidence) | null;
}

/** In the order of the ids. While some are looked at, the next are read. */
export async function* readOrders(
  deployment: Deployment,
  clientOrderIds: readonly string[],
): AsyncGenerator<ReadOrder> {
  const parts = chunksOf(clientOrderIds, ORDERS_AT_ONCE);
  let next = readPart(deployment, parts[0] ?? []);
  for (const place of parts.keys()) {
    const part = await next;
    next = readPart(deployment, parts[place + 1] ?? []);
    // An error waits until the part is wanted.
    next.catch(() => undefined);
    yield* part;
  }
}

async function readPart(deployment: Deployment, clientOrderIds: readonly string[]): Promise<ReadOrder[]> {
  if (clientOrderIds.length === 0) return [];
  const { trades, histories, temporal, leavesOf } = deployment;
  // In this order, so that a run which is archived meanwhile is in one of them. The rows last: they have what a history has.
  const noted = new Set((await histories.notedRuns(...clientOrderIds)).map((run) => run.clientOrderId));
  const archived = Map.groupBy(await histories.runsOf(...clientOrderIds), (run) => run.clientOrderId);
  const listed = Map.groupBy(await listedRuns(temporal, clientOrderIds), ({ workflowId }) => workflowId);
  const [rows, leaves] = await Promise.all([trades.findAll(clientOrderIds), leavesOf(...clientOrderIds)]);
  const tradeOf = new Map(rows.map((trade) => [trade.clientOrderId, trade]));
  const leavesByOrder = Map.groupBy(leaves, (leaf) => leaf.clientOrderId);
  return clientOrderIds.map((clientOrderId) => {
    const trade = tradeOf.get(clientOrderId);
    const runs = archived.get(clientOrderId) ?? [];
    const known = new Set(runs.map(({ runId }) => runId));
    const isArchived = (listed.get(workflowIdOf(clientOrderId)) ?? []).every(({ runId }) => known.has(runId));
    const isSettled = trade !== undefined && isQuiet(trade) && isArchived && !noted.has(clientOrderId);
    if (!isSettled) return { clientOrderId, settled: null };
    const settled = () => evidenceOf(trade, leavesByOrder.get(clientOrderId) ?? [], runs.map(fromArchive));
    return { clientOrderId, settled };
  });
}

/** Else it may have a run that is in no list yet, and that nobody noted because an operator has reset another one. */
function isQuiet({ updatedAt }: Trade): boolean {
  return Date.parse(updatedAt) < Date.now() - LISTED_AFTER_MS;
}

interface ListedRun {
  workflowId: string;
  runId: string;
}

async function listedRuns(client: Client, clientOrderIds: readonly string[]): Promise<ListedRun[]> {
  const names = clientOrderIds.map((clientOrderId) => `"${workflowIdOf(clientOrderId)}"`).join(', ');
  const runs: ListedRun[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: `WorkflowId in (${names})` })) {
    runs.push({ workflowId, runId });
  }
  return runs;
}
