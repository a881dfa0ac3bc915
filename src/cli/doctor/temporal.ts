import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, ScheduleNotFoundError, type Connection } from '@temporalio/client';
// A CommonJS module whose names Node cannot see from an ES module: hence the default import.
import proto from '@temporalio/proto';
import { EncryptionCodec } from '../../encryption/payload-codec.ts';
import { temporalOptions } from '../../local/locations.ts';
import { archiveScheduleId, reconcileScheduleId } from '../../temporal/schedules.ts';
import { missingSearchAttributes } from '../../temporal/register-search-attributes.ts';
import { isSupported, serverVersion, SUPPORTED_SERVERS } from '../../temporal/server-version.ts';
import { readSettings } from '../../engine/settings/settings.ts';
import type { Cli } from '../cli.ts';
import { connectTemporal } from '../connect.ts';
import { examineClock } from './clocks.ts';
import { examineDeployment } from './deployment.ts';
import { examine, fail, ok, warn, withDetails, type Finding } from './finding.ts';
import { examineWorker, unixMs } from './workers.ts';

const { TASK_QUEUE_TYPE_ACTIVITY } = proto.temporal.api.enums.v1.TaskQueueType;
const SERVER = 'version of Temporal';
const CLOCK_QUEUE = 'order-sync-doctor';
/** Temporal takes no poll that would be given up soon. */
const POLL_FOR_MS = 10_000;

interface Access {
  connection: Connection;
  namespace: string;
  codec: EncryptionCodec;
}

/** @param installed - The build that is installed here; null where it is not known. */
export async function examineTemporal(
  { environment, taskQueue = 'orders' }: Cli,
  installed: Promise<string | null>,
): Promise<Finding[]> {
  const { temporal, payloadKeys } = readSettings(environment);
  const { namespace } = temporal;
  const options = temporalOptions(temporal);
  const hint = temporal.address === null ? ' (`order-sync start` runs one)' : '';
  const unreachable = `check TEMPORAL_ADDRESS and its credentials, and that the server runs${hint}`;
  let connection: Connection | undefined;
  const reached = await examine('temporal', unreachable, async () => {
    connection = await connectTemporal(options, 3_000);
    return ok('temporal', `answers at ${options.address}`);
  });
  if (connection === undefined) return [reached];
  try {
    const place = { connection, namespace, codec: new EncryptionCodec(payloadKeys) };
    const { deploymentName } = temporal;
    const more = [
      examineServer(place),
      examineNamespace(place),
      examineSearchAttributes(place),
      examineWorker({ ...place, taskQueue }),
      examineDeployment({ ...place, taskQueue, deploymentName, installed }),
      examineSchedule(place, 'reconciliation', reconcileScheduleId(taskQueue)),
      examineSchedule(place, 'archiving', archiveScheduleId(taskQueue)),
      examineClock('Temporal', (limit) => serverTime(place, limit)),
    ];
    return [reached, ...(await Promise.all(more)).flat()];
  } finally {
    await connection.close();
  }
}

function examineNamespace({ connection, namespace }: Access): Promise<Finding> {
  return examine(
    'namespace',
    `create it (temporal operator namespace create --namespace ${namespace} --retention 168h), or set TEMPORAL_NAMESPACE`,
    async () => {
      const { config } = await connection.workflowService.describeNamespace({ namespace });
      const hours = Math.round(Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 3_600);
      return ok('namespace', `${namespace} keeps ended workflows for ${hours} h`);
    },
  );
}

function examineSearchAttributes({ connection, namespace }: Access): Promise<Finding> {
  const check = 'search attributes';
  const remedy = 'start a worker, which adds them, or add them with `temporal operator search-attribute create`';
  return examine(check, remedy, async () => {
    const missing = await missingSearchAttributes(connection, namespace);
    return missing.length === 0
      ? ok(check, 'all registered')
      : fail(check, `${missing.join(', ')} not registered`, remedy);
  });
}

function examineServer({ connection }: Access): Promise<Finding> {
  return examine(SERVER, 'see the finding on Temporal', async () => judgeServer(await serverVersion(connection)));
}

export function judgeServer(version: string): Finding {
  const finding = isSupported(version)
    ? ok(SERVER, version)
    : warn(SERVER, `${version} is not supported`, `run one of ${SUPPORTED_SERVERS.join(', ')}`);
  return withDetails(finding, { version });
}

function examineSchedule(
  { connection, namespace, codec: { dataConverter } }: Access,
  check: string,
  scheduleId: string,
): Promise<Finding> {
  return examine(check, 'see the finding on Temporal', async () => {
    try {
      const { schedule } = new Client({ connection, namespace, dataConverter });
      const { state } = await schedule.getHandle(scheduleId).describe();
      if (!state.paused) return ok(check, `the schedule ${scheduleId} runs`);
      return warn(
        check,
        `the schedule ${scheduleId} is paused: ${state.note ?? 'no reason given'}`,
        `run \`temporal schedule toggle --unpause --schedule-id ${scheduleId}\``,
      );
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      return warn(check, `the schedule ${scheduleId} does not exist yet`, 'start a worker, which creates it');
    }
  });
}

/** Temporal has no call for its time, but it notes when a worker polls; so this polls a task queue that nothing uses. */
async function serverTime({ connection, namespace }: Access, limit: AbortSignal): Promise<string> {
  const identity = `doctor-${randomUUID()}`;
  const queue = { namespace, taskQueue: { name: CLOCK_QUEUE } };
  const stop = new AbortController();
  const poll = connection
    .withAbortSignal(stop.signal, () =>
      connection.withDeadline(Date.now() + POLL_FOR_MS, () =>
        connection.workflowService.pollActivityTaskQueue({ ...queue, identity }),
      ),
    )
    .catch(() => undefined);
  try {
    for (;;) {
      const asked = { ...queue, taskQueueType: TASK_QUEUE_TYPE_ACTIVITY };
      const { pollers } = await connection.workflowService.describeTaskQueue(asked);
      const ours = pollers?.find((poller) => poller.identity === identity);
      if (ours) return new Date(unixMs(ours.lastAccessTime)).toISOString();
      await sleep(50, undefined, { signal: limit });
    }
  } finally {
    stop.abort();
    await poll;
  }
}
