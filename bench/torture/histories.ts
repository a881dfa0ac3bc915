/** Checks the workflows: no failed task, the same end as in the row, and histories that replay. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { inParallel } from '../../src/activities/runtime/in-parallel.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { isEnded, type Trade } from '../../src/domain/order/trade.ts';
import type { OrderState } from '../../src/domain/order/order-state.ts';
import { buildWorkflowBundle } from '../../src/temporal/workflow-bundle.ts';
import type { Random } from './random.ts';

type History = temporal.api.history.v1.IHistory;

export interface Run {
  workflowId: string;
  runId: string;
  status: string;
  startMs: number;
  history: History;
}

/** Not more at a time, because a server that keeps its data on disk is slow. */
export const AT_ONCE = 8;

/** Every run of every order, with its history; grouped by workflow id, the newest run last. */
export async function readRuns(client: Client, clientOrderIds: readonly string[]): Promise<Map<string, Run[]>> {
  const wanted = new Set(clientOrderIds.map(workflowIdOf));
  const listed: Omit<Run, 'history'>[] = [];
  for await (const { workflowId, runId, status, startTime } of client.workflow.list()) {
    if (wanted.has(workflowId)) listed.push({ workflowId, runId, status: status.name, startMs: startTime.getTime() });
  }
  const runs: Run[] = [];
  await inParallel(listed, AT_ONCE, async (run) => {
    runs.push({ ...run, history: await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory() });
  });
  return Map.groupBy(
    runs.toSorted((a, b) => a.startMs - b.startMs),
    ({ workflowId }) => workflowId,
  );
}

/** UNHANDLED_COMMAND and UNHANDLED_UPDATE of temporal.api.enums.v1.WorkflowTaskFailedCause: something new arrived while the task was being completed, so it is repeated. */
const ORDINARY_CAUSES: readonly unknown[] = [1, 31];

/** Workflow tasks that failed, except those that Temporal fails in normal operation. */
export function brokenTasks({ history }: Run): string[] {
  return (history.events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    failed === null || failed === undefined || ORDINARY_CAUSES.includes(failed.cause)
      ? []
      : [`a workflow task failed: ${failed.failure?.message ?? ''} (cause ${failed.cause})`],
  );
}

/** How the newest run differs from the row; a running one is queried for its state. */
export async function differencesOf(
  trade: Trade,
  runs: readonly Run[],
  present: () => Promise<OrderState>,
): Promise<string[]> {
  const newest = runs.at(-1);
  if (newest === undefined) return ['it has no workflow'];
  if (newest.status === 'RUNNING') {
    return isEnded(trade.status)
      ? ['its workflow still runs']
      : disagreements(trade, await present(), SHOWN_WHILE_OPEN);
  }
  // A refused second request fails its own run and nothing else, so the order's own is the last that completed.
  const own = runs.findLast(({ status }) => status === 'COMPLETED');
  if (own === undefined) return [`its workflow ended ${newest.status}`];
  if (!isEnded(trade.status)) return [`FORGOTTEN: ${trade.status}, and its workflow has ended`];
  return disagreements(trade, resultOf(own), KNOWN_AT_THE_END);
}

/** The longest histories and some at random, replayed with the current code: how many, and which of them failed. */
export async function replay(
  runs: readonly Run[],
  count: number,
  random: Random,
): Promise<{ replayed: number; failures: { run: Run; message: string }[] }> {
  const byLength = runs.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  const sample = new Set(byLength.slice(0, Math.ceil(count / 3)));
  while (sample.size < Math.min(count, runs.length)) sample.add(random.pick(runs));
  const failures: { run: Run; message: string }[] = [];
  const results = Worker.runReplayHistories({ workflowBundle: await buildWorkflowBundle() }, [...sample]);
  for await (const { workflowId, runId, error } of results) {
    const run = runs.find((one) => one.workflowId === workflowId && one.runId === runId);
    if (error !== undefined && run !== undefined) failures.push({ run, message: error.message });
  }
  return { replayed: sample.size, failures };
}

/** As JSON, one file each, to be read or replayed later. */
export async function keepHistories(folder: string, runs: readonly Run[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { workflowId, runId, history } of runs) {
    await writeFile(join(folder, `${workflowId}-${runId}.json`), historyToJSON(history));
  }
}

/** An order's fills are recorded after its workflow has ended, and complete or correct the rest of the row. */
const KNOWN_AT_THE_END = ['status', 'orderId', 'detectedBy'] as const;
const SHOWN_WHILE_OPEN = [...KNOWN_AT_THE_END, 'filledSize', 'totalFees', 'fillsComplete', 'filledAt'] as const;

function disagreements(
  trade: Trade,
  state: OrderState | null,
  fields: readonly (keyof OrderState & keyof Trade)[],
): string[] {
  if (state === null) return ['its workflow has no result'];
  return fields.flatMap((field) =>
    state[field] === trade[field]
      ? []
      : [`its workflow has ${field} ${String(state[field])}, the row ${String(trade[field])}`],
  );
}

function resultOf({ history }: Run): OrderState | null {
  const payload = history.events?.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads?.[0];
  return payload ? defaultPayloadConverter.fromPayload<OrderState>(payload) : null;
}

function lengthOf({ history }: Run): number {
  return history.events?.length ?? 0;
}
