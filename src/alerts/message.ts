/** An alert as every receiver gets it: one sentence for people, and the same as fields. */
import type { Alert } from '../domain/order/decision.ts';
import { workflowIdOf } from '../domain/order/order-request.ts';
import type { Trade } from '../domain/order/trade.ts';
import { describeOffset, MAX_OFFSET_TO_PLACE_MS } from '../domain/clock-offset.ts';
import type { ArchiveAlert, ClockAlert, IssueAlert, RunAlert, UnreadableAlert } from '../ports/alerts.ts';
import type { SyncIssueKind } from '../domain/reconciliation/issue.ts';
import type { AlertKind, AlertLevel } from './alert-kinds.ts';

export interface AlertMessage {
  /** Two messages with the same key say the same. */
  key: string;
  kind: AlertKind;
  level: AlertLevel;
  text: string;
  fields: Record<string, string | null>;
}

export function orderMessage(alert: Alert, trade: Trade): AlertMessage {
  const remedy = `order-sync sync ${trade.clientOrderId}`;
  return {
    key: `${alert.kind}/${trade.clientOrderId}/${trade.status}`,
    kind: alert.kind,
    level: alert.kind === 'fills-incomplete' ? 'info' : 'warning',
    text: `${alert.message}. Order ${trade.clientOrderId} of ${trade.botId} is ${trade.status} here. ${remedy}`,
    fields: {
      clientOrderId: trade.clientOrderId,
      orderId: trade.orderId,
      botId: trade.botId,
      productId: trade.productId,
      status: trade.status,
      staleSince: trade.staleSince,
      remedy,
    },
  };
}

export function issueMessage(alert: IssueAlert): AlertMessage {
  const { stage, level, kind, detail, dbStatus, exchangeStatus } = alert;
  const id = alert.clientOrderId ?? alert.orderId ?? 'without an id';
  const remedy = alert.isStuck ? `temporal workflow show --workflow-id ${workflowIdOf(id)}` : remedyOf(kind, id);
  const age = alert.ageHours === null ? 'unknown age' : `${Number(alert.ageHours).toFixed(1)} h old`;
  const order = `Order ${id} of ${alert.botId ?? 'an unknown bot'}, ${age}, is ${dbStatus ?? 'unknown'} here and ${exchangeStatus ?? 'not shown'} at the exchange`;
  const said = {
    found: `${kind}: ${detail}. ${order}. ${remedy}`,
    escalated: `${kind} PERSISTS after a repair: ${detail}. ${order}. ${remedy}`,
    resolved: `Resolved ${kind} of order ${id}: ${detail}.`,
  };
  return {
    key: `issue/${alert.issueId}/${stage}/${level}`,
    kind,
    level: stage === 'resolved' ? 'info' : level,
    text: said[stage],
    fields: {
      stage,
      issueId: alert.issueId,
      clientOrderId: alert.clientOrderId,
      orderId: alert.orderId,
      botId: alert.botId,
      dbStatus,
      exchangeStatus,
      ageHours: alert.ageHours,
      remedy: stage === 'resolved' ? null : remedy,
    },
  };
}

export function runMessage({ runId, status, gaps }: RunAlert): AlertMessage {
  return {
    key: `run/${status}/${[...new Set(gaps.map(whatOf))].toSorted().join('/')}`,
    kind: `reconciliation-${status}`,
    level: 'warning',
    text: `Reconciliation ${runId} is ${status}: ${gaps.join('; ')}`,
    fields: { runId, remedy: 'order-sync reconcile --dry-run' },
  };
}

/** What was not seen, the same from run to run: without the times and counts in it, and without the reason, which changes in an outage. */
function whatOf(gap: string): string {
  const [what = ''] = gap.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d+/g, '#').split(': ', 1);
  return what;
}

/** The problem differs with the request by which it was met, so only the order distinguishes two messages. */
export function unreadableMessage({ orderId, problem }: UnreadableAlert): AlertMessage {
  const remedy = `order-sync status ${orderId}`;
  return {
    key: `unreadable/${orderId}`,
    kind: 'order-unreadable',
    level: 'warning',
    text: `The exchange shows order ${orderId} in a way that cannot be read, so it is not compared: ${problem}. ${remedy}`,
    fields: { orderId, remedy },
  };
}

/** Each worker compares with its own clock, so the message says which machine that is. */
export function clockMessage({ clock, offsetMs, stage }: ClockAlert, host: string): AlertMessage {
  const consequence = Math.abs(offsetMs) > MAX_OFFSET_TO_PLACE_MS ? ' No order is placed as long as it is.' : '';
  const found = `The clock of the ${clock} ${describeOffset(offsetMs)} (the worker on ${host}).${consequence} Set the clocks by NTP, on this machine and there`;
  return {
    key: `clock/${clock}/${stage}`,
    kind: 'clock-offset',
    level: stage === 'found' ? 'warning' : 'info',
    text: stage === 'found' ? found : `The clock of the ${clock} agrees with ours again (the worker on ${host}).`,
    fields: { clock, host, stage, offsetMs: String(offsetMs), remedy: stage === 'found' ? 'order-sync doctor' : null },
  };
}

export function archiveMessage({ problem, lost, backlog, keptForSeconds }: ArchiveAlert): AlertMessage {
  const stage = lost > 0 ? 'lost' : problem === null ? 'late' : 'problem';
  const kept = `Temporal keeps closed runs for ${hours(keptForSeconds)}`;
  const waiting =
    backlog === null
      ? 'It is not known how many runs wait'
      : `${backlog.runs} runs wait, the oldest for ${hours(backlog.oldestSeconds)}`;
  const said = {
    lost: `${lost} histories are LOST: Temporal had dropped the runs before they could be archived`,
    problem: 'The archive of histories could not do its work',
    late: 'The archive of histories is late',
  };
  const remedy = 'order-sync doctor';
  return {
    key: `archive/${stage}`,
    kind: `archive-${stage}`,
    level: lost > 0 ? 'critical' : 'warning',
    text: `${said[stage]}${problem === null ? '' : `: ${problem}`}. ${waiting}; ${kept}. ${remedy}`,
    fields: { waiting: backlog === null ? null : String(backlog.runs), lost: String(lost), problem, remedy },
  };
}

function hours(seconds: number): string {
  return `${(seconds / 3_600).toFixed(1)} h`;
}

/** The command that an operator answers with. */
function remedyOf(kind: SyncIssueKind, id: string): string {
  switch (kind) {
    case 'orphan':
      return `order-sync adopt ${id}`;
    case 'unknown_at_exchange':
      return `order-sync resolve ${id}`;
    case 'missed_fill':
    case 'missed_cancel':
    case 'stale':
    case 'no_workflow':
    case 'ended_but_running':
    case 'figures_differ':
      return `order-sync sync ${id}`;
  }
}
