/** Temporal's runtime in this process: its signals, and where its log goes. */
import { DefaultLogger, Runtime, type LogEntry } from '@temporalio/worker';
import { clientOrderIdOf } from '../domain/order/order-request.ts';
import type { Logger } from '../process/log.ts';

/**
 * Once for each process, before the first connection. The process handles its signals itself: Temporal's own handling
 * would stop the worker and nothing else. What workflows, activities and Temporal's native part log goes to `log` too.
 *
 * @param metricsAddress - Host and a free port of loopback, where Temporal's own metrics are to be read. Default: nowhere.
 */
export function installRuntime(log: Logger, metricsAddress?: string): void {
  const named = { countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };
  Runtime.install({
    logger: new DefaultLogger('TRACE', (entry) => passOn(log, entry)),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metricsAddress !== undefined && { metrics: { prometheus: { bindAddress: metricsAddress, ...named } } }),
    },
  });
}

type Meta = NonNullable<LogEntry['meta']>;

function passOn(log: Logger, { level, message, timestampNanos, meta = {} }: LogEntry): void {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  log.log(levelOf(level, message, meta), message, { time, ...withIds(meta) });
}

/**
 * The SDK warns of every worker that has activities alone, as two of ours have, and in 1.24 nothing tells it that this
 * is meant.
 */
const WITHOUT_WORKFLOWS = 'No workflows registered, not polling for workflow tasks';

/** What the SDK says of its own work is one level less important than what we say. */
function levelOf(level: LogEntry['level'], message: string, { sdkComponent }: Meta): LogEntry['level'] {
  if (sdkComponent !== 'worker') return level;
  if (level === 'INFO' || message === WITHOUT_WORKFLOWS) return 'DEBUG';
  return level === 'DEBUG' ? 'TRACE' : level;
}

/** One name for each id. A task token lets its owner answer for the activity, so it is left out. */
function withIds(meta: Meta): Meta {
  const { taskToken: _, isLocal: _isLocal, namespace: _namespace, workflowRunId, ...fields } = meta;
  const { workflowType, workflowId } = fields;
  const isOrders = workflowType === 'orderWorkflow' && typeof workflowId === 'string';
  return {
    ...(isOrders && { clientOrderId: clientOrderIdOf(workflowId) }),
    ...(workflowRunId !== undefined && { runId: workflowRunId }),
    ...fields,
  };
}
