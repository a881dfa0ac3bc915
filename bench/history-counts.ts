/** How many events, workflow tasks and statements an order costs. */
import { workflowIdOf } from '../src/domain/order/order-request.ts';
import type { Bench } from './bench.ts';

export interface HistoryCounts {
  workflowTasks: number;
  events: number;
}

const WITHIN_MS = 60_000;

/** Counts the whole history, once the workflow has ended. */
export async function finalHistory({ testBed, signal }: Bench, clientOrderId: string): Promise<HistoryCounts> {
  await testBed.bot.waitForRelease(clientOrderId, { signal, timeoutMs: WITHIN_MS });
  return historyOf(testBed, clientOrderId);
}

export async function historyOf({ temporal }: Bench['testBed'], clientOrderId: string): Promise<HistoryCounts> {
  const { events } = await temporal.workflow.getHandle(workflowIdOf(clientOrderId)).fetchHistory();
  const all = events ?? [];
  return {
    workflowTasks: all.filter((event) => Boolean(event.workflowTaskCompletedEventAttributes)).length,
    events: all.length,
  };
}

/** The status of the order's row; null while there is none. */
export async function statusOf({ world }: Bench, clientOrderId: string): Promise<string | null> {
  const [row] = await world.sql.query<{ status: string }>('select status from trades where client_order_id = ?', [
    clientOrderId,
  ]);
  return row?.status ?? null;
}
