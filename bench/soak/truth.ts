/** Compares what the engine says of an order with what truly happened to it. */
import { equalDecimals } from '../../src/domain/decimal.ts';
import { meaningOf, type Fill } from '../../src/domain/order/exchange-order.ts';
import { isEnded, type Trade } from '../../src/domain/order/trade.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import type { Ledger, LedgerOrder, PostRecord } from '../../src/simulator/index.ts';
import type { BotOrder } from './bot.ts';

/** All that the engine's database has of an order. */
export interface Recorded {
  trade: Trade | null;
  fills: Fill[];
  events: StoredEvent[];
}

/** From the commit of an attempt to the arrival of its POST; a worker that is short of processor time takes its while. */
const POST_MAY_TAKE_MS = 2_000;

/** What is wrong, in words; empty when the record is the truth, or as near as anybody can know it. */
export function differences(known: BotOrder, recorded: Recorded, ledger: Ledger): string[] {
  const { clientOrderId } = known.order.request;
  const truth = ledger.orderByClientId(clientOrderId);
  const posts = ledger.posts(clientOrderId);
  const { trade } = recorded;
  if (trade === null) {
    if (known.acknowledged) return ['LOST: it was acknowledged, and there is no row', ...known.surprises];
    return posts.length > 0 ? ['it was posted without a row', ...known.surprises] : known.surprises;
  }
  return [
    ...known.surprises,
    ...wrongPosts(trade, posts, recorded.events),
    ...(truth === undefined ? wrongWithoutOrder(trade, posts) : wrongWithOrder(trade, truth, recorded.fills)),
    ...wrongEvents(trade, recorded.events),
    ...wrongCancel(known, trade, truth),
  ];
}

/** True when nobody can ever know how the order stands: it was sent without an answer, or the exchange forgot it. */
export function isUnknowable(trade: Trade | null, truth: LedgerOrder | undefined): boolean {
  return trade?.status === 'stale' && (truth === undefined || truth.purged);
}

/** One intent is one order: every POST was committed before, within the window, with the same body, and none after the order was known. */
function wrongPosts(trade: Trade, posts: readonly PostRecord[], events: readonly StoredEvent[]): string[] {
  const wrong: string[] = [];
  if (posts.length > trade.postAttempts)
    wrong.push(`${posts.length} POSTs for ${trade.postAttempts} committed attempts`);
  if (new Set(posts.map(({ body }) => body)).size > 1) wrong.push('its POSTs differ');
  const lastAllowedMs = Date.parse(trade.createdAt) + trade.policy.placeForMs + POST_MAY_TAKE_MS;
  const late = posts.filter(({ receivedAt }) => Date.parse(receivedAt) > lastAllowedMs);
  if (late.length > 0) wrong.push(`POSTED LATE at ${late[0]?.receivedAt}`);
  const settled = events.find((event) => event.cause === 'accepted' || isEnded(event.toStatus));
  const after = posts.filter(({ receivedAt }) => settled !== undefined && receivedAt > settled.at);
  if (after.length > 0) wrong.push(`POSTED AGAIN at ${after[0]?.receivedAt}, when it was ${settled?.cause}`);
  return wrong;
}

/** The exchange has no such order: refused, never sent, or sent without anybody hearing of it. */
function wrongWithoutOrder(trade: Trade, posts: readonly PostRecord[]): string[] {
  const wrong =
    trade.orderId === null ? [] : [`it has the exchange id ${trade.orderId}, and the exchange has no such order`];
  switch (trade.status) {
    case 'rejected':
      return trade.postAttempts === 1 ? wrong : [...wrong, 'rejected although an earlier attempt was unknown'];
    case 'failed':
    case 'cancelled':
      return posts.length === 0 && trade.postAttempts === 0 ? wrong : [...wrong, `${trade.status} without an order`];
    case 'stale':
      return trade.postAttempts > 0 ? wrong : [...wrong, 'stale without an attempt'];
    case 'placing':
    case 'pending':
    case 'completed':
    case 'expired':
      return [...wrong, `${trade.status}, and the exchange has no such order`];
  }
}

function wrongWithOrder(trade: Trade, truth: LedgerOrder, fills: readonly Fill[]): string[] {
  const wrong: string[] = [];
  if (truth.purged && !isEnded(trade.status)) {
    // What it did not say before it forgot the order cannot be known.
    return trade.status === 'stale' ? [] : [`${trade.status} although the exchange has forgotten it`];
  }
  if (trade.orderId !== truth.orderId) wrong.push(`the exchange's id is ${truth.orderId}, not ${trade.orderId}`);
  const meaning = meaningOf(truth.status);
  if (meaning.kind === 'ended' && trade.status !== meaning.as)
    wrong.push(`${truth.status} at the exchange, but ${trade.status}`);
  if (meaning.kind !== 'ended' && trade.status !== 'pending' && trade.status !== 'stale') {
    wrong.push(`${truth.status} at the exchange, but ${trade.status}`);
  }
  if (!equalDecimals(trade.filledSize, truth.filledSize))
    wrong.push(`filled ${truth.filledSize}, not ${trade.filledSize}`);
  if (!isEnded(trade.status) || (truth.purged && !trade.fillsComplete)) return wrong;

  if (!trade.fillsComplete) wrong.push('its fills are flagged as incomplete');
  if (!equalDecimals(trade.filledValue ?? '0', truth.filledValue))
    wrong.push(`value ${truth.filledValue}, not ${trade.filledValue}`);
  if (!equalDecimals(trade.totalFees ?? '0', truth.totalFees))
    wrong.push(`fees ${truth.totalFees}, not ${trade.totalFees}`);
  const entries = (rows: readonly { entryId: string }[]): string =>
    rows
      .map(({ entryId }) => entryId)
      .toSorted()
      .join();
  if (entries(fills) !== entries(truth.fills))
    wrong.push(`${fills.length} of ${truth.fills.length} fills are recorded`);
  return wrong;
}

/** The events tell one story: each begins where the one before ended, and an ended order stays ended. */
function wrongEvents(trade: Trade, events: readonly StoredEvent[]): string[] {
  const wrong: string[] = [];
  if (events[0]?.cause !== 'intent') wrong.push(`its first event is ${events[0]?.cause}, not the intent`);
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before !== undefined && before.toStatus !== event.fromStatus) {
      wrong.push(`its events break off: ${before.toStatus}, then from ${event.fromStatus}`);
    }
    if (before !== undefined && isEnded(before.toStatus) && event.toStatus !== before.toStatus) {
      wrong.push(`REOPENED: ${before.toStatus}, then ${event.toStatus}`);
    }
  }
  const last = events.at(-1)?.toStatus;
  if (last !== trade.status) wrong.push(`its last event says ${last}, the row ${trade.status}`);
  return wrong;
}

/** Where a cancel does what it says, an order that the bot cancelled does not stay open. */
function wrongCancel(known: BotOrder, trade: Trade, truth: LedgerOrder | undefined): string[] {
  const carriesOut = known.order.plan.onCancel === undefined;
  const isOpen = truth !== undefined && !truth.purged && meaningOf(truth.status).kind !== 'ended';
  return known.cancelTaken && carriesOut && isOpen && !isEnded(trade.status) ? ['its cancellation was lost'] : [];
}
