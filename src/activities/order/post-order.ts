/** One POST of an order whose attempt is committed, and the first look at what became of it. */
import { hasEnded, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { Fact, ObservedFact } from '../../domain/order/fact.ts';
import { mismatches } from '../../domain/order/match-intent.ts';
import { isEnded, placementWindowEndMs, type Trade } from '../../domain/order/trade.ts';
import { ExchangeError, type AcceptedOrder, type Exchange } from '../../ports/exchange.ts';
import { now } from '../runtime/activity-context.ts';
import { FactLog, type OrderActivityResult } from './fact-log.ts';
import type { OrderPorts } from '../ports.ts';
import type { SharedLooks } from './shared-looks.ts';

/** A look takes some ten milliseconds, a shared one up to half a second; the immediate check makes up for a later one. */
const FIRST_LOOK_WITHIN_MS = 700;

export interface PostPorts extends OrderPorts {
  sharedLooks: SharedLooks;
}

export interface PostOptions {
  /** `performance.now()` when the permit was asked for: what is left of the window counts from there. */
  askedAtMs: number;
  signal?: AbortSignal | undefined;
  /** Aborted when nothing may be waiting for the answer any more: then an end is left to those who signal the workflow. */
  left?: AbortSignal;
}

export interface Posted extends OrderActivityResult {
  /** Looks of the immediate check that are made already. */
  looks: number;
}

/** Nothing was sent, and nothing learnt. */
export function unposted(trade: Trade): Posted {
  return { trade, facts: [], looks: 0 };
}

/** A push may show the end before the POST is answered; then nothing waits for the answer. */
export async function postOrder(ports: PostPorts, trade: Trade, options: PostOptions): Promise<Posted> {
  const log = new FactLog(ports, trade);
  const ended = new AbortController();
  const endSeen = new Promise<number>((resolve) => ended.signal.addEventListener('abort', () => resolve(0)));
  const take = async (fact: ObservedFact): Promise<boolean> => {
    const { trade: row, isNews } = await log.learn(fact);
    if (isEnded(row.status)) ended.abort();
    return isNews;
  };
  const posted = () => Promise.race([post(ports, log, options, ended.signal), endSeen]);
  const looks = await ports.activeOrders.during(trade.clientOrderId, take, posted);
  return { ...log.result, looks };
}

/** Answers the number of looks. */
async function post(
  { exchange, sharedLooks }: PostPorts,
  log: FactLog,
  { askedAtMs, signal, left }: PostOptions,
  ended: AbortSignal,
): Promise<number> {
  const { trade } = log;
  let answer: AcceptedOrder;
  try {
    answer = await exchange.createOrder(trade, { signal, sendBefore: askedAtMs + windowLeftMs(trade) });
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    if (!ended.aborted) await log.learn(failureOf(error, trade.postAttempts));
    return 0;
  }
  if (ended.aborted && log.trade.orderId === answer.orderId) return 0;
  const acceptance = acceptanceOf(trade, answer);
  const isMismatch = acceptance.type === 'mismatch';
  const over = left === undefined ? ended : AbortSignal.any([ended, left]);
  const late = AbortSignal.any([over, AbortSignal.timeout(FIRST_LOOK_WITHIN_MS)]);
  const [, look] = await Promise.all([
    log.learn(acceptance),
    isMismatch || over.aborted ? null : lookOnce({ exchange, sharedLooks }, answer.orderId, trade, late),
  ]);
  return look === null || over.aborted ? 0 : takeFirstLook(log, look);
}

/** By one clock, the database's, between the creation of the row and the permit. */
function windowLeftMs(trade: Trade): number {
  return placementWindowEndMs(trade) - Date.parse(trade.postAttemptedAt ?? trade.createdAt);
}

/** For a repeated client order id Coinbase answers with the older order, so the answer is compared with the intent. */
function acceptanceOf(trade: Trade, answer: AcceptedOrder): Extract<Fact, { type: 'accepted' | 'mismatch' }> {
  const fields = mismatches(trade, { ...answer, createdTime: null });
  const learnt = { key: `post/${trade.postAttempts}`, at: now(), orderId: answer.orderId };
  return fields.length > 0 ? { type: 'mismatch', ...learnt, fields } : { type: 'accepted', ...learnt };
}

function failureOf({ kind, code, httpStatus, message }: ExchangeError, attempt: number): Fact {
  const learnt = { key: `post/${attempt}`, at: now(), attempt, message };
  switch (kind) {
    case 'refused':
      return { type: 'refused', ...learnt, code: code ?? 'REFUSED' };
    case 'unauthorised':
      // A key without the permission stays without it; a token that was not taken may be by the next attempt.
      return httpStatus === 401
        ? { type: 'denied', ...learnt, kind }
        : { type: 'refused', ...learnt, code: code ?? 'UNAUTHORIZED' };
    case 'not-sent':
      return { type: 'denied', ...learnt, kind };
    case 'unknown-outcome':
    case 'not-found':
    case 'rate-limited':
    case 'unavailable':
    case 'malformed-answer':
      return { type: 'outcome-unknown', ...learnt, kind };
  }
}

interface Look {
  order: ExchangeOrder | null;
  lastError: string | null;
  at: string;
}

/** At once where the request budget has room, with its neighbours where it is short. Null where it takes too long. */
async function lookOnce(
  { exchange, sharedLooks }: { exchange: Exchange; sharedLooks: SharedLooks },
  orderId: string,
  { policy }: Trade,
  late: AbortSignal,
): Promise<Look | null> {
  try {
    const order = exchange.hasRoom()
      ? await exchange.getOrder(orderId, 'urgent', late)
      : await sharedLooks.look(orderId, policy.immediateCheckIntervalMs, late);
    return { order, lastError: null, at: now() };
  } catch (error) {
    if (error instanceof ExchangeError) return { order: null, lastError: error.message, at: now() };
    if (late.aborted) return null;
    throw error;
  }
}

async function takeFirstLook(log: FactLog, { order, lastError, at }: Look): Promise<number> {
  const attempt = log.trade.postAttempts;
  if (log.trade.policy.immediateCheckAttempts === 1) {
    await log.learn({ type: 'checked', key: `check/${attempt}`, at, order, looks: 1, lastError });
  } else if (order !== null && (hasEnded(order) || mismatches(log.trade, order).length > 0)) {
    await log.learn({ type: 'observed', key: `look/${attempt}`, at, order, source: 'look' });
  }
  return 1;
}
