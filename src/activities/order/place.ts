/** One attempt at placing an order; Temporal repeats it until the outcome is known or the placement window closes. */
import { ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { accepted } from '../../domain/order/acceptance.ts';
import { acceptanceKey, lookKey } from '../../domain/order/change-keys.ts';
import { earlyEnd } from '../../domain/order/early-changes.ts';
import { hasEnded } from '../../domain/order/exchange-order.ts';
import { mismatches } from '../../domain/order/match-intent.ts';
import type {
  Acceptance,
  CheckOutcome,
  PlaceInput,
  PlacementOutcome,
  Recorded,
} from '../../domain/order/order-context.ts';
import type { TradeChange } from '../../domain/order/trade-change.ts';
import { isEnded, type Trade } from '../../domain/order/trade.ts';
import { ExchangeError, type AcceptedOrder, type Exchange } from '../../ports/exchange.ts';
import { glimpse } from './glimpse.ts';
import type { Ports } from './ports.ts';
import { cancellation, now, withHeartbeat } from '../runtime/activity-context.ts';
import { commitChange } from './record.ts';

/** A look takes some ten milliseconds; one that does not may wait for the budget. */
const LOOK_WITHIN_MS = 1_000;

/**
 * First a place in the request budget, then the permission of the database, which commits the attempt, then the POST:
 * in this order nothing that has to wait lies between the permission and the POST.
 */
export function placeOrder(ports: Ports) {
  return ({ clientOrderId }: PlaceInput): Promise<PlacementOutcome> =>
    withHeartbeat(async () => {
      await ports.exchange.reservePlacement(cancellation());
      const askedAtMs = performance.now();
      const permit = await ports.trades.beginPostAttempt(clientOrderId);
      switch (permit.kind) {
        case 'granted':
          return post(ports, permit.trade, permit.attempt, askedAtMs + permit.trade.policy.placeForMs);
        case 'settled':
          return alreadySettled(permit.trade);
        case 'window-closed':
          return permit.trade.postAttempts === 0
            ? { kind: 'never-attempted', at: now() }
            : searchOnce(ports, permit.trade);
      }
    });
}

async function post(ports: Ports, trade: Trade, attempt: number, sendBefore: number): Promise<PlacementOutcome> {
  let outcome: PlacementOutcome;
  try {
    outcome = judge(trade, await ports.exchange.createOrder(trade, { signal: cancellation(), sendBefore }));
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const isRefusal = error.kind === 'refused' || error.kind === 'unauthorised';
    // Any earlier attempt has an unknown outcome, or there would be no second: it may have taken the funds, so that the
    // refusal of a later one proves nothing.
    if (isRefusal && attempt === 1) {
      return { kind: 'refused', code: error.code ?? error.kind.toUpperCase(), message: error.message, at: now() };
    }
    await ports.trades.note({
      clientOrderId: trade.clientOrderId,
      state: 'placed',
      cause: 'post_outcome',
      source: 'post',
      evidence: { attempt, kind: error.kind, message: error.message },
    });
    throw ApplicationFailure.create({
      message: `attempt ${attempt} to place ${trade.clientOrderId} has no known outcome: ${error.message}`,
      type: 'UnknownOutcome',
      category: ApplicationFailureCategory.BENIGN,
    });
  }
  return outcome.kind === 'accepted' ? followUp(ports, trade, attempt, outcome) : outcome;
}

/**
 * Writes the exchange's id down and looks for the first time, here and at once: what the bot waits for is a round of the
 * workflow shorter, and a worker that dies now has left an order that is known.
 */
async function followUp(
  ports: Ports,
  trade: Trade,
  attempt: number,
  acceptance: Acceptance,
): Promise<PlacementOutcome> {
  const { orderId } = acceptance;
  const change: TradeChange = {
    ...accepted(trade, orderId),
    key: acceptanceKey(attempt),
    state: 'immediate-check',
    requestedBy: null,
    reason: null,
    corrects: false,
  };
  // What keeps it from being written is met again by the workflow's own commit, which goes on for as long as it takes.
  const written = commitChange(ports)({ change, alert: null }, trade).catch(() => null);
  const [row, look] = await Promise.all([written, lookOnce(ports.exchange, orderId)]);
  if (row !== null && isEnded(row.status)) return { kind: 'settled', trade: row };
  const end = row === null || look === null ? null : await writeEnd(ports, row, look, lookKey(attempt));
  return {
    ...acceptance,
    ...(row !== null && { recorded: true }),
    ...(look !== null && { look }),
    ...(end !== null && { end }),
  };
}

/** Null where the look shows no end, or it is left to the workflow. */
async function writeEnd(
  { trades }: Ports,
  known: Trade,
  { order, at }: CheckOutcome,
  key: string,
): Promise<Recorded | null> {
  if (order === null || !hasEnded(order)) return null;
  const seen = { order, seenAt: at, source: 'look' } as const;
  const written = await trades
    .commitEarly(known.clientOrderId, (row) => earlyEnd(row, seen, key), known)
    .catch(() => null);
  return written === null ? null : { key, row: written.row };
}

/** Null where it would hold up what is known: where requests queue, the immediate check waits for its place. */
async function lookOnce(exchange: Exchange, orderId: string): Promise<CheckOutcome | null> {
  const late = AbortSignal.timeout(LOOK_WITHIN_MS);
  try {
    const order = await exchange.getOrder(orderId, 'urgent', AbortSignal.any([cancellation(), late]));
    return { order, looks: 1, lastError: null, at: now() };
  } catch (error) {
    if (error instanceof ExchangeError) return { order: null, looks: 1, lastError: error.message, at: now() };
    if (late.aborted) return null;
    throw error;
  }
}

/** For a repeated client order id Coinbase answers with the older order, so the answer is compared with the intent. */
function judge(trade: Trade, answer: AcceptedOrder): PlacementOutcome {
  const fields = mismatches(trade, { ...answer, createdTime: null });
  if (fields.length > 0) return { kind: 'mismatch', fields, orderId: answer.orderId, at: now() };
  return { kind: 'accepted', orderId: answer.orderId, at: now() };
}

/** Another run, a push or a sync came first. */
function alreadySettled(trade: Trade): PlacementOutcome {
  return trade.status === 'placing' && trade.orderId !== null
    ? { kind: 'accepted', orderId: trade.orderId, at: now(), recorded: true }
    : { kind: 'settled', trade };
}

/** The window closed on an unknown outcome: before the order is called stale, the listing is searched for it. */
async function searchOnce(ports: Ports, trade: Trade): Promise<PlacementOutcome> {
  try {
    const seen = await glimpse(ports, { clientOrderId: trade.clientOrderId, orderId: null }, 'urgent');
    if (seen.kind === 'seen') return { kind: 'accepted', orderId: seen.order.orderId, at: now() };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
  }
  return { kind: 'unknown', at: now() };
}
