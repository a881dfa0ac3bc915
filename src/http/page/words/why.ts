/** Why an order blocks its bot, and what can be done, each as a sentence. */
import { isImmediate } from '../../../domain/order/order-configuration.ts';
import type { Trade } from '../../../domain/order/trade.ts';
import type { SyncIssueKind } from '../../../domain/reconciliation/issue.ts';
import { ago, duration } from './format.ts';

export function whyBlocked(trade: Trade, issues: readonly SyncIssueKind[], nowMs: number): string {
  const [issue] = issues;
  if (issue !== undefined) return issueInWords(issue);
  const cancel = cancelInWords(trade);
  switch (trade.status) {
    case 'stale':
      return `${whyStale(trade)}${cancel}`;
    case 'placing':
      return `${whyPlacing(trade)}${cancel}`;
    case 'pending':
      return `${whyPending(trade, nowMs)}${cancel}`;
    case 'completed':
    case 'cancelled':
    case 'expired':
    case 'failed':
    case 'rejected':
      return 'It has ended and blocks no bot.';
  }
}

function whyStale({ orderId, orderConfiguration, policy, exchangeStatus }: Trade): string {
  const window = duration(policy.monitorForMs / 1_000);
  if (orderId === null) return 'It was sent, and it is not known whether the exchange has it.';
  if (isImmediate(orderConfiguration)) {
    return `It should have ended at once and has not within ${window}${lastShown(exchangeStatus)}.`;
  }
  return `No answer of the exchange has confirmed it for ${window}${lastShown(exchangeStatus)}.`;
}

function whyPlacing({ orderId, postAttempts }: Trade): string {
  if (orderId !== null) return 'The exchange has accepted it; it is being checked.';
  if (postAttempts === 0) return 'It waits to be sent.';
  return `It was sent${postAttempts > 1 ? ` ${postAttempts} times` : ''}, and no answer has come.`;
}

function whyPending({ orderConfiguration, exchangeStatus, lastCheckedAt, filledSize }: Trade, nowMs: number): string {
  const checked = lastCheckedAt === null ? 'not seen yet' : `seen ${ago(lastCheckedAt, nowMs)}`;
  const filled = /[1-9]/.test(filledSize) ? `, filled ${filledSize} so far` : '';
  if (isImmediate(orderConfiguration))
    return `It should end at once; the exchange shows ${exchangeStatus ?? 'nothing'}, ${checked}.`;
  return `It rests at the exchange (${exchangeStatus ?? 'status unknown'}, ${checked}${filled}).`;
}

function lastShown(exchangeStatus: string | null): string {
  return exchangeStatus === null ? '' : `; the exchange last showed ${exchangeStatus}`;
}

function cancelInWords({ cancelRequestedAt, cancelSubmittedAt, pendingCancel }: Trade): string {
  if (cancelRequestedAt !== null) return ' A cancel is wanted and not sent yet.';
  if (pendingCancel || cancelSubmittedAt !== null) return ' A cancel was sent; its end is not confirmed.';
  return '';
}

export function issueInWords(kind: SyncIssueKind): string {
  switch (kind) {
    case 'missed_fill':
      return 'The exchange has filled it, and the bot was not told.';
    case 'missed_cancel':
      return 'It has ended at the exchange without a whole fill, and the bot was not told.';
    case 'stale':
      return 'It has been undecided for longer than its policy allows.';
    case 'orphan':
      return 'The exchange has an order that is not in the database.';
    case 'unknown_at_exchange':
      return 'The exchange does not know the order, so its end cannot be verified.';
    case 'no_workflow':
      return 'It is open here, and no workflow runs for it.';
    case 'ended_but_running':
      return 'It has ended here, and its workflow still runs.';
    case 'figures_differ':
      return 'Size, value or fees differ between the exchange and the database.';
  }
}
