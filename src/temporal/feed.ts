/** The feed's workflow, as a worker that starts and the readiness probe reach it. */
import { Client } from '@temporalio/client';
import { readFeedHealth, type FeedHealth } from '../domain/feed/feed-health.ts';
import { feedWorkflowId } from '../domain/task-queues.ts';
import { soon } from './answers.ts';
import type { TemporalAccess } from './connection.ts';

/** Where the workers have versions, the feed is of the current one, whichever began it. */
export interface KeepFeedOptions extends TemporalAccess {
  hasVersions: boolean;
}

/** The activity's heartbeats reach the server every 2 s; after 6 s without one it is given to another worker. */
const HEARTBEAT_WITHIN_MS = 10_000;

/** Somebody may terminate it, or Temporal lose it. */
const ENSURE_EVERY_MS = 30_000;

/** Starts the feed where it does not run, now and until what it answers is called. Rejects when that fails the first time. */
export async function keepFeed(options: KeepFeedOptions, onError: (error: unknown) => void): Promise<() => void> {
  await ensureFeed(options);
  const timer = setInterval(() => void ensureFeed(options).catch(onError), ENSURE_EVERY_MS).unref();
  return () => clearInterval(timer);
}

async function ensureFeed(options: KeepFeedOptions): Promise<void> {
  const { connection, namespace, taskQueue, codec, hasVersions } = options;
  const { workflow } = new Client({ connection, namespace, dataConverter: codec.dataConverter });
  await soon(connection, () =>
    workflow.start('feedWorkflow', {
      workflowId: feedWorkflowId(taskQueue),
      taskQueue,
      args: [],
      staticSummary: 'Watches all open orders at the exchange; every worker stands by to take it over',
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      ...(hasVersions && { versioningOverride: 'AUTO_UPGRADE' }),
    }),
  );
}

/** The health that the worker which runs the feed reported last. Rejects where none runs it. */
export async function askFeed(
  { connection, namespace, taskQueue, codec }: TemporalAccess,
  withinMs: number,
): Promise<FeedHealth> {
  const { workflow } = new Client({ connection, namespace, dataConverter: codec.dataConverter });
  const handle = workflow.getHandle(feedWorkflowId(taskQueue));
  const { raw } = await soon(connection, () => handle.describe(), withinMs);
  const [activity] = raw.pendingActivities ?? [];
  const atMs = Number(activity?.lastHeartbeatTime?.seconds ?? 0) * 1_000;
  if (Date.now() - atMs > HEARTBEAT_WITHIN_MS) throw new Error('no worker runs the order feed');
  const details = codec.valueOf(activity?.heartbeatDetails?.payloads?.[0] ?? {});
  return readFeedHealth(details) ?? { push: null, sweptAt: null };
}
