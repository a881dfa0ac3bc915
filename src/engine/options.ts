/** What an engine is started with. */
import type { NativeConnectionOptions, WorkflowBundleOption } from '@temporalio/worker';
import type { ExchangeAccess } from '../coinbase/connect.ts';
import type { PayloadKeys } from '../encryption/payload-keys.ts';
import type { Logger } from '../process/log.ts';
import type { Secret } from '../process/secret.ts';
import type { ArchiveSettings } from './archive.ts';
import type { HttpSettings } from './http-interface.ts';
import type { LogFiles } from './log-heads.ts';

export interface EngineOptions {
  temporal: NativeConnectionOptions;
  namespace: string;
  databaseUrl: string;
  coinbase: ExchangeAccess;
  /** May still be under way: it is needed last. */
  workflowBundle: WorkflowBundleOption | Promise<WorkflowBundleOption>;
  log: Logger;
  /** How long Temporal and the database are waited for. Default 0: they must be there. */
  startWithinMs?: number;
  /** Ends that wait: `startEngine` rejects with its reason. */
  stopWaiting?: AbortSignal;
  /** Default `orders`. */
  taskQueue?: string;
  /** Of the worker deployment whose versions the workers are. Default: they have no versions. */
  deploymentName?: string | null;
  /** Encrypt what Temporal is given. Default: nothing is encrypted. */
  payloadKeys?: PayloadKeys;
  /** Default: no HTTP interface. */
  http?: HttpSettings;
  /** The interval of the schedule `reconcile-orders`. Default: the schedule is left as it is. */
  reconcileEverySeconds?: number;
  /** The schedule `archive-orders`. Default: the schedule is left as it is, and the build of the workflows is not kept. */
  archive?: ArchiveSettings;
  /** Default: alerts go to the log and the metrics only. */
  alertWebhookUrl?: Secret | null;
  /** Called after each complete run of reconciliation. Default: nobody outside watches. */
  heartbeatUrl?: Secret | null;
  /** Of the transparency log. Default: nothing is logged. */
  logFiles?: LogFiles;
  /** As given to `installRuntime`. Default: the page shows none of Temporal's metrics. */
  temporalMetricsAddress?: string;
}
