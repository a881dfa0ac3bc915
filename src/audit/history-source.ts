/** Where an order's histories come from: the archive has those of closed runs, Temporal the others, for a time. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { workflowIdOf } from '../domain/order/order-request.ts';
import type { ArchivedRun, HistoryArchive } from '../ports/history-archive.ts';
import { buildIdIn } from '../temporal/builds.ts';

export interface RunHistory {
  runId: string;
  /** Temporal's status: RUNNING, COMPLETED, TERMINATED and so on. */
  status: string;
  startedAt: Date;
  /** The build of the workflows' code that wrote it; null where it did not come to a workflow task. */
  buildId: string | null;
  /** As Temporal's SDK replays it: the protobuf message, or what was parsed from its JSON. */
  history: temporal.api.history.v1.IHistory;
  /** Why this is not what was archived; null when it is, and where the history is Temporal's. */
  damage: string | null;
}

export interface HistorySource {
  /** Oldest first; none where nobody has a history of the order. */
  runsOf(clientOrderId: string): Promise<RunHistory[]>;
}

/** Of a run that both have, the archive's history counts. */
export function historySource(archive: Pick<HistoryArchive, 'runsOf'>, client: Client): HistorySource {
  return {
    async runsOf(clientOrderId) {
      // First what is still at Temporal: what is archived meanwhile is in one of the two at least.
      const listed = await listRuns(client, workflowIdOf(clientOrderId));
      const archived = (await archive.runsOf(clientOrderId)).map(readArchived);
      const known = new Set(archived.map(({ runId }) => runId));
      const others = listed.filter(({ runId }) => !known.has(runId));
      const fetched = await Promise.all(others.map((run) => fetchRun(client, run)));
      return [...archived, ...fetched].sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
    },
  };
}

function readArchived({ runId, closeStatus, startedAt, buildId, history, sha256 }: ArchivedRun): RunHistory {
  const run = { runId, status: closeStatus, startedAt: new Date(startedAt), buildId };
  try {
    const json = gunzipSync(history);
    const found = createHash('sha256').update(json).digest('hex');
    const damage = found === sha256 ? null : `its SHA-256 is ${found}, but ${sha256} was archived`;
    return { ...run, history: JSON.parse(json.toString()) as RunHistory['history'], damage };
  } catch (error) {
    return { ...run, history: {}, damage: `it cannot be read: ${String(error)}` };
  }
}

type Listed = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'status' | 'startTime'>;

/** The lists lag behind a moment, so that the latest run is asked for by itself. */
async function listRuns(client: Client, workflowId: string): Promise<Listed[]> {
  const runs = new Map<string, Listed>();
  for await (const run of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs.set(run.runId, run);
  try {
    const latest = await client.workflow.getHandle(workflowId).describe();
    runs.set(latest.runId, latest);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  return [...runs.values()];
}

async function fetchRun(client: Client, { workflowId, runId, status, startTime }: Listed): Promise<RunHistory> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const buildId = buildIdIn(history.events ?? []);
  return { runId, status: status.name, startedAt: startTime, buildId, history, damage: null };
}
