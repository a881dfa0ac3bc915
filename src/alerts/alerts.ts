/** Where alerts go: the log, a counter and, if there is one, a webhook. */
import { hostname } from 'node:os';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../process/log.ts';
import type { Alerts } from '../ports/alerts.ts';
import { ALERT_LEVELS, type AlertLevel } from './alert-kinds.ts';
import {
  archiveMessage,
  clockMessage,
  issueMessage,
  orderMessage,
  runMessage,
  unreadableMessage,
  type AlertMessage,
} from './message.ts';
import { headMessage, logMessage } from './log-message.ts';
import { Webhook } from './webhook.ts';

export interface AlertOptions {
  log: Logger;
  metrics: Registry;
  /** Default: no webhook. */
  webhookUrl?: string;
  /** The webhook's wait before its second try, default 1,000. */
  firstWaitMs?: number;
}

export interface AlertCentre extends Alerts {
  /** Gives the webhook a second for what waits. */
  close(): Promise<void>;
}

/** The same alert again within this time says nothing new: a step that is repeated raises it twice. */
const SAME_WITHIN_MS = 600_000;
const MAX_REMEMBERED = 10_000;

const LOG_LEVEL = { info: 'info', warning: 'warn', critical: 'error' } as const satisfies Record<AlertLevel, string>;

export function createAlerts({ log, metrics, webhookUrl, firstWaitMs }: AlertOptions): AlertCentre {
  const webhook =
    webhookUrl === undefined
      ? null
      : new Webhook({ url: webhookUrl, log, ...(firstWaitMs !== undefined && { firstWaitMs }) });
  const raised = new Counter({
    name: 'order_sync_alerts_total',
    help: 'Alerts raised, by kind and level',
    labelNames: ['kind', 'level'],
    registers: [metrics],
  });
  // Prometheus sees a counter grow only if it saw it before: the first alert of a kind, which is the one that matters.
  for (const [kind, levels] of Object.entries(ALERT_LEVELS)) for (const level of levels) raised.inc({ kind, level }, 0);
  const sent = new Map<string, number>();

  function send(message: AlertMessage): void {
    const lastMs = sent.get(message.key);
    if (lastMs !== undefined && Date.now() - lastMs < SAME_WITHIN_MS) return;
    if (sent.size >= MAX_REMEMBERED) sent.clear();
    sent.set(message.key, Date.now());
    raised.inc({ kind: message.kind, level: message.level });
    const meta = { alert: message.kind, severity: message.level, ...message.fields };
    log[LOG_LEVEL[message.level]](message.text, meta);
    webhook?.send(message);
  }

  return {
    raise: (alert, trade) => send(orderMessage(alert, trade)),
    reportIssue: (alert) => send(issueMessage(alert)),
    reportRun: (alert) => send(runMessage(alert)),
    reportUnreadable: (alert) => send(unreadableMessage(alert)),
    reportClock: (alert) => send(clockMessage(alert, hostname())),
    reportLog: (alert) => send(logMessage(alert)),
    publishHead: (head) => send(headMessage(head)),
    reportArchive: (alert) => send(archiveMessage(alert)),
    close: async () => webhook?.close(),
  };
}
