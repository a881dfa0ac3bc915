/** An order's evidence in a running deployment: the database's rows, its archive, and Temporal's own histories. */
import { gunzipSync } from 'node:zlib';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { workflowIdOf } from '../../domain/order/order-request.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { openHistory } from '../../encryption/open-history.ts';
import type { EncryptionCodec } from '../../encryption/payload-codec.ts';
import { buildIdIn } from '../../temporal/builds.ts';
import type { ArchivedRun, HistoryArchive } from '../../ports/history-archive.ts';
import { TradeNotFoundError, type TradeStore } from '../../ports/trade-store.ts';
import { deletedRuns, recordIn, type Evidence, type EvidenceLeaf, type RunEvidence } from './evidence.ts';

export interface Deployment {
  trades: TradeStore;
  histories: HistoryArchive;
  temporal: Client;
  codec: EncryptionCodec;
  /** The orders' rows, with their proofs against the newest head. */
  leavesOf(...clientOrderIds: readonly string[]): Promise<(EvidenceLeaf & { clientOrderId: string })[]>;
}

/** The longest history that Temporal keeps is 50 MiB. What unpacks to more was not written by it. */
const MAX_BYTES = 256 * 1_024 * 1_024;

/** Rejects with TradeNotFoundError. */
export async function liveEvidence(deployment: Deployment, clientOrderId: string): Promise<Evidence> {
  const { trades, histories, temporal, codec } = deployment;
  // In this order, so that a run which is archived meanwhile is in one of them. The rows last: they have what a history has.
  const noted = (await histories.notedRuns(clientOrderId)).map(({ runId }) => runId);
  const archived = await histories.runsOf(clientOrderId);
  const known = new Set(archived.map(({ runId }) => runId));
  const recent = await recentRuns(temporal, workflowIdOf(clientOrderId), { archived: known, noted });
  // Those of the archive are so already.
  const opened = recent.map((run) => ({ ...run, history: run.history && openHistory(run.history, codec).history }));
  const runs = [...archived.map(fromArchive), ...opened];
  const [trade, leaves] = await Promise.all([trades.find(clientOrderId), deployment.leavesOf(clientOrderId)]);
  if (trade === null) throw new TradeNotFoundError(clientOrderId);
  return evidenceOf(trade, leaves, runs);
}

type StartedRun = RunEvidence & { startedAt: string };

export function evidenceOf(trade: Trade, leaves: readonly EvidenceLeaf[], runs: readonly StartedRun[]): Evidence {
  const inOrder = runs.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return { trade, ...recordIn(leaves), runs: [...deletedRuns(leaves), ...inOrder], leaves };
}

export function fromArchive({ runId, closeStatus: status, buildId, startedAt, history }: ArchivedRun): StartedRun {
  return { runId, status, buildId, startedAt, history: unpacked(history), lost: null };
}

/** What cannot be unpacked is no history, and is found to be none. */
function unpacked(history: Uint8Array): Uint8Array {
  try {
    return gunzipSync(history, { maxOutputLength: MAX_BYTES });
  } catch {
    return new Uint8Array();
  }
}

type Run = Pick<WorkflowExecutionInfo, 'runId' | 'status' | 'startTime'>;

/**
 * The lists lag behind a moment, longer on a busy server: so the latest run is asked for by itself, and each that the
 * database knows to have begun.
 */
async function recentRuns(
  client: Client,
  workflowId: string,
  { archived, noted }: { archived: ReadonlySet<string>; noted: readonly string[] },
): Promise<StartedRun[]> {
  const runs = new Map<string, Run | null>();
  for await (const run of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs.set(run.runId, run);
  const latest = await described(client, workflowId);
  if (latest !== null) runs.set(latest.runId, latest);
  for (const runId of noted) if (!runs.has(runId)) runs.set(runId, await described(client, workflowId, runId));
  return Promise.all(
    [...runs]
      .filter(([runId]) => !archived.has(runId))
      .map(async ([runId, run]) => (run === null ? droppedRun(runId) : fetchRun(client, workflowId, run))),
  );
}

async function described(client: Client, workflowId: string, runId?: string): Promise<Run | null> {
  try {
    return await client.workflow.getHandle(workflowId, runId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

function droppedRun(runId: string): StartedRun {
  const lost = 'Temporal dropped it before it was archived';
  return { runId, status: 'DROPPED', startedAt: new Date(0).toISOString(), buildId: null, history: null, lost };
}

async function fetchRun(client: Client, workflowId: string, { runId, status, startTime }: Run): Promise<StartedRun> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return {
    runId,
    status: status.name,
    startedAt: startTime.toISOString(),
    buildId: buildIdIn(history.events ?? []),
    history: Buffer.from(historyToJSON(history)),
    lost: null,
  };
}
