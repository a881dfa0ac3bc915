/** Compares what the engine says of an order with what truly happened to it. */
import { Big } from 'big.js';
import { equalDecimals } from '../../src/domain/decimal.ts';
import { meaningOf, type Fill } from '../../src/domain/order/exchange-order.ts';
import { isEnded, type Trade } from '../../src/domain/order/trade.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import type { Ledger, LedgerOrder } from '../../src/simulator/index.ts';
import { wrongAnswers } from './answers.ts';
import type { Known } from './clients.ts';
import type { Outage } from './link-faults.ts';
import { wrongPosts } from './posts.ts';

/** Everything that the engine's database has of an order. */
export interface Recorded {
  trade: Trade | null;
  fills: Fill[];
  events: StoredEvent[];
}

/** `always`: what must hold at every moment. `at rest`: what must hold as well when the faults are over. */
export type When = 'always' | 'at rest';

/** What is wrong, in words; empty if the record is true, as far as that can be known. */
export function differences(
  known: Known,
  recorded: Recorded,
  { ledger, outages, when }: { ledger: Ledger; outages: readonly Outage[]; when: When },
): string[] {
  const { clientOrderId } = known.order.request;
  const truth = ledger.orderByClientId(clientOrderId);
  const posts = ledger.posts(clientOrderId);
  const { trade, events, fills } = recorded;
  const wrong = wrongAnswers(known, trade, events);
  if (trade === null) return posts.length > 0 ? ['it was posted without a row', ...wrong] : wrong;
  wrong.push(...wrongPosts(trade, posts, events, outages), ...wrongEvents(trade, events), ...wrongFills(truth, fills));
  if (wasResolved(events) && when === 'always') return wrong;
  wrong.push(...(truth === undefined ? wrongWithoutOrder(trade, events) : wrongStatus(trade, truth, when)));
  if (when === 'at rest') {
    if (truth !== undefined) wrong.push(...wrongFigures(trade, truth, fills));
    wrong.push(...wrongCancel(known, trade, truth));
  }
  return wrong;
}

/** An operator's resolution may be wrong until the exchange shows otherwise. */
function wasResolved(events: readonly StoredEvent[]): boolean {
  return events.some(({ cause }) => cause === 'resolved');
}

/** The exchange has no such order: it was refused, never sent, or never arrived. */
function wrongWithoutOrder(trade: Trade, events: readonly StoredEvent[]): string[] {
  const wrong =
    trade.orderId === null ? [] : [`it has the exchange id ${trade.orderId}, and the exchange has no such order`];
  switch (trade.status) {
    case 'rejected':
      return trade.postAttempts - trade.postDenials <= 1
        ? wrong
        : [...wrong, 'rejected although an earlier attempt was unknown'];
    case 'failed':
    case 'cancelled':
      return wasResolved(events) || trade.postAttempts === trade.postDenials
        ? wrong
        : [...wrong, `${trade.status} without an order`];
    case 'stale':
      return trade.postAttempts > 0 ? wrong : [...wrong, 'stale without an attempt'];
    case 'placing':
      return wrong;
    case 'pending':
    case 'completed':
    case 'expired':
      return [...wrong, `${trade.status}, and the exchange has no such order`];
  }
}

function wrongStatus(trade: Trade, truth: LedgerOrder, when: When): string[] {
  const wrong: string[] = [];
  if (trade.orderId !== null && trade.orderId !== truth.orderId)
    wrong.push(`the exchange's id is ${truth.orderId}, not ${trade.orderId}`);
  if (truth.purged && !isEnded(trade.status)) {
    // What it did not show before it forgot the order cannot be known.
    return when === 'always' || trade.status === 'stale'
      ? wrong
      : [...wrong, `${trade.status} although the exchange has forgotten it`];
  }
  const meaning = meaningOf(truth.status);
  const isRight =
    meaning.kind === 'ended'
      ? trade.status === meaning.as || (when === 'always' && !isEnded(trade.status))
      : trade.status === 'pending' || trade.status === 'stale' || (when === 'always' && trade.status === 'placing');
  return isRight ? wrong : [...wrong, `${truth.status} at the exchange, but ${trade.status}`];
}

/** Every recorded fill happened, once, and as recorded. */
function wrongFills(truth: LedgerOrder | undefined, fills: readonly Fill[]): string[] {
  const byEntry = new Map(truth?.fills.map((fill) => [fill.entryId, fill]));
  return fills.flatMap((fill) => {
    const real = byEntry.get(fill.entryId);
    if (real === undefined) return [`the fill ${fill.entryId} never happened`];
    const size = fill.sizeInQuote ? new Big(real.size).times(real.price).toFixed() : real.size;
    const isEqual =
      equalDecimals(fill.price, real.price) &&
      equalDecimals(fill.size, size) &&
      equalDecimals(fill.commission, real.commission);
    return isEqual ? [] : [`the fill ${fill.entryId} is ${JSON.stringify(real)}, and not ${JSON.stringify(fill)}`];
  });
}

function wrongFigures(trade: Trade, truth: LedgerOrder, fills: readonly Fill[]): string[] {
  if (truth.purged && !isEnded(trade.status)) return [];
  const wrong: string[] = [];
  if (trade.orderId === null) wrong.push(`the exchange's id ${truth.orderId} is not known`);
  if (!equalDecimals(trade.filledSize, truth.filledSize))
    wrong.push(`filled ${truth.filledSize}, not ${trade.filledSize}`);
  if (!isEnded(trade.status) || (truth.purged && !trade.fillsComplete)) return wrong;

  if (!trade.fillsComplete) wrong.push('its fills are flagged as incomplete');
  if (!equalDecimals(trade.filledValue ?? '0', truth.filledValue))
    wrong.push(`value ${truth.filledValue}, not ${trade.filledValue}`);
  if (!equalDecimals(trade.totalFees ?? '0', truth.totalFees))
    wrong.push(`fees ${truth.totalFees}, not ${trade.totalFees}`);
  if (fills.length !== truth.fills.length) wrong.push(`${fills.length} of ${truth.fills.length} fills are recorded`);
  return wrong;
}

/** The events are consistent: each begins where the previous one ended, and an ended order stays ended. */
function wrongEvents(trade: Trade, events: readonly StoredEvent[]): string[] {
  const wrong: string[] = [];
  if (events[0]?.cause !== 'intent') wrong.push(`its first event is ${events[0]?.cause}, not the intent`);
  if (events.filter(({ cause }) => cause === 'intent').length > 1) wrong.push('TWICE: it has two intents');
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before !== undefined && before.toStatus !== event.fromStatus) {
      wrong.push(`its events break off: ${before.toStatus}, then from ${event.fromStatus}`);
    }
    const isCorrection = event.cause === 'corrected' && wasResolved(events.slice(0, index));
    if (before !== undefined && isEnded(before.toStatus) && event.toStatus !== before.toStatus && !isCorrection) {
      wrong.push(`REOPENED: ${before.toStatus}, then ${event.toStatus}`);
    }
  }
  const last = events.at(-1)?.toStatus;
  if (last !== trade.status) wrong.push(`its last event says ${last}, the row ${trade.status}`);
  return wrong;
}

/** Unless the exchange ignores cancels, an order that the bot cancelled does not stay open. */
function wrongCancel({ order, calls }: Known, trade: Trade, truth: LedgerOrder | undefined): string[] {
  const carriesOut = order.plan.onCancel === undefined;
  const wasTaken = calls.some(({ name, outcome }) => name === 'cancel' && outcome === 'ok');
  const isOpen = truth !== undefined && !truth.purged && meaningOf(truth.status).kind !== 'ended';
  return wasTaken && carriesOut && isOpen && !isEnded(trade.status) ? ['its cancellation was lost'] : [];
}
