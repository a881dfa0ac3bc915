/** How an engine is observed: metrics, alerts, and the heartbeat that an outside watchdog expects. */
import { createAlerts } from '../alerts/alerts.ts';
import { Heartbeat } from '../alerts/heartbeat.ts';
import { MetricsPage } from '../metrics/metrics-page.ts';
import type { Alerts, Watchdog } from '../ports/alerts.ts';
import { ownVersion } from '../process/identity.ts';
import type { TemporalAccess } from '../temporal/connection.ts';
import { askFeed } from '../temporal/feed.ts';
import type { EngineOptions } from './options.ts';
import type { Startup } from './servers.ts';

const FEED_ANSWERS_WITHIN_MS = 2_000;

export function createMetricsAndAlerts(
  { alertWebhookUrl, temporalMetricsAddress: temporalAddress }: EngineOptions,
  { resources, log }: Startup,
): { metrics: MetricsPage; alerts: Alerts } {
  const metrics = new MetricsPage({ version: ownVersion(), ...(temporalAddress !== undefined && { temporalAddress }) });
  const webhookUrl = alertWebhookUrl?.reveal();
  const alerts = createAlerts({ log, metrics: metrics.registry, ...(webhookUrl !== undefined && { webhookUrl }) });
  resources.defer(() => alerts.close());
  return { metrics, alerts };
}

/** Null where no address is set. */
export function createWatchdog(
  { heartbeatUrl }: EngineOptions,
  { metrics, temporal }: { metrics: MetricsPage; temporal: TemporalAccess },
  { resources, log }: Startup,
): Watchdog | null {
  if (heartbeatUrl === undefined || heartbeatUrl === null) return null;
  const assertFeedUp = () => askFeed(temporal, FEED_ANSWERS_WITHIN_MS);
  const heartbeat = new Heartbeat({ url: heartbeatUrl.reveal(), log, metrics: metrics.registry, assertFeedUp });
  resources.defer(() => heartbeat.close());
  return heartbeat;
}
