/** Whether the answers that clients got were true. */
import { sameJson, type OrderRequest } from '../../src/domain/order/order-request.ts';
import { isEnded, type Trade } from '../../src/domain/order/trade.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import type { Call } from './calls.ts';
import type { Known } from './clients.ts';
import type { CallName } from './order-scenarios.ts';

/** The errors that a call may finally end with, besides OrderNotFound while the placement is not confirmed. */
const EXPECTED: Record<CallName, readonly string[]> = {
  place: ['ClientOrderIdConflict'],
  'place-other': ['ClientOrderIdConflict'],
  cancel: ['OrderEnded'],
  sync: [],
  'signal-sync': [],
  resolve: ['ResolveRefused'],
  'wait-for-release': [],
  read: [],
  'can-trade': [],
};

/** What is wrong with the answers to the calls about an order, in words. */
export function wrongAnswers(known: Known, trade: Trade | null, events: readonly StoredEvent[]): string[] {
  const { calls } = known;
  return [
    ...calls.flatMap((call) => wrongError(call, calls)),
    ...wrongPlacements(calls, trade),
    ...(events.some(({ cause }) => cause === 'corrected') ? [] : wrongStatuses(calls)),
  ];
}

function wrongError(call: Call, calls: readonly Call[]): string[] {
  const { name, outcome, code, message } = call;
  if (code === 'unexpected') return [`${name} threw ${message}`];
  if (outcome !== 'failed' || code === null || EXPECTED[name].includes(code)) return [];
  const isUnknown = code === 'OrderNotFound' && !wasPlacedBefore(call.invokedAtMs, calls);
  return isUnknown && name !== 'place' && name !== 'place-other' ? [] : [`${name} failed: ${code}: ${message}`];
}

function wasPlacedBefore(atMs: number, calls: readonly Call[]): boolean {
  return calls.some(
    ({ request, outcome, answeredAtMs }) => request !== null && outcome === 'ok' && (answeredAtMs ?? Infinity) < atMs,
  );
}

/** A request that was answered with ok is in the row; one that was refused is not. */
function wrongPlacements(calls: readonly Call[], trade: Trade | null): string[] {
  const wrong: string[] = [];
  const requests = (outcome: Call['outcome']): OrderRequest[] =>
    calls.flatMap((call) => (call.outcome === outcome && call.request !== null ? [call.request] : []));
  const taken = requests('ok');
  if (trade === null) return taken.length > 0 ? ['LOST: it was acknowledged, and there is no row'] : [];
  if (!taken.every((request) => isOf(trade, request)))
    wrong.push('LOST: the row is of another request than was acknowledged');
  const refused = calls.filter(({ request, code }) => request !== null && code === 'ClientOrderIdConflict');
  if (refused.some(({ request }) => request !== null && isOf(trade, request)))
    wrong.push('a request was refused as that of another order, and it is the one in the row');
  const asked = calls.flatMap(({ request }) => request ?? []);
  if (!asked.some((request) => isOf(trade, request))) wrong.push('no client requested what is in the row');
  return wrong;
}

function isOf(trade: Trade, { botId, productId, side, orderConfiguration }: OrderRequest): boolean {
  return (
    trade.botId === botId &&
    trade.productId === productId &&
    trade.side === side &&
    sameJson(trade.orderConfiguration, orderConfiguration)
  );
}

/** After one call saw an order ended, no later call may see it open or ended in another way. */
function wrongStatuses(calls: readonly Call[]): string[] {
  const seen = calls.filter(({ status }) => status !== null);
  const ends = seen.filter(({ status }) => status !== null && isEnded(status));
  return ends.flatMap((end) =>
    seen
      .filter(({ status, invokedAtMs }) => invokedAtMs > (end.answeredAtMs ?? Infinity) && status !== end.status)
      .map(({ name, status }) => `REOPENED: ${end.name} answered ${end.status}, and a later ${name} ${status}`),
  );
}
