/** One POST of an order whose attempt is committed, and the first look at what became of it. */
import { hasEnded, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { Fact, ObservedFact } from '../../domain/order/fact.ts';
import { mismatches } from '../../domain/order/match-intent.ts';
import { isEnded, type Trade } from '../../domain/order/trade.ts';
import { ExchangeError, type AcceptedOrder, type Exchange } from '../../ports/exchange.ts';
import { now } from '../runtime/activity-context.ts';
import { FactLog, type Learnt } from './fact-log.ts';
import type { Ports } from './ports.ts';

/** A look takes some ten milliseconds; the immediate check makes up for one that does not. */
const FIRST_LOOK_WITHIN_MS = 500;

export interface PostOptions {
  /** `performance.now()` when the permit was asked for: what is left of the window counts from there. */
  askedAtMs: number;
  signal?: AbortSignal | undefined;
}

export interface Posted extends Learnt {
  /** Looks of the immediate check that are made already. */
  looks: number;
}

/** A push may show the end before the POST is answered; then nothing waits for the answer. */
export function postOrder(ports: Ports, trade: Trade, options: PostOptions): Promise<Posted> {
  const log = new FactLog(ports, trade);
  const ended = Promise.withResolvers<number>();
  const take = async (fact: ObservedFact): Promise<void> => {
    if (isEnded((await log.learn(fact)).status)) ended.resolve(0);
  };
  return ports.activeOrders.during(trade.clientOrderId, take, async () => {
    const looks = await Promise.race([post(ports, log, options), ended.promise]);
    return { ...log.learnt, looks };
  });
}

/** Answers the number of looks. */
async function post({ exchange }: Ports, log: FactLog, { askedAtMs, signal }: PostOptions): Promise<number> {
  const { trade } = log;
  let answer: AcceptedOrder;
  try {
    answer = await exchange.createOrder(trade, { signal, sendBefore: askedAtMs + windowLeftMs(trade) });
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    await log.learn(failureOf(error, trade.postAttempts));
    return 0;
  }
  const acceptance = judge(trade, answer);
  if (acceptance.type === 'mismatch' || !exchange.hasRoom()) {
    await log.learn(acceptance);
    return 0;
  }
  const [, look] = await Promise.all([log.learn(acceptance), lookOnce(exchange, answer.orderId)]);
  return look === null ? 0 : takeFirstLook(log, look);
}

/** By one clock, the database's, between the creation of the row and the permit. */
function windowLeftMs({ createdAt, postAttemptedAt, policy }: Trade): number {
  return Date.parse(createdAt) + policy.placeForMs - Date.parse(postAttemptedAt ?? createdAt);
}

/** For a repeated client order id Coinbase answers with the older order, so the answer is compared with the intent. */
function judge(trade: Trade, answer: AcceptedOrder): Extract<Fact, { type: 'accepted' | 'mismatch' }> {
  const { postAttempts: attempt } = trade;
  const { orderId } = answer;
  const fields = mismatches(trade, { ...answer, createdTime: null });
  const learnt = { key: `post/${attempt}`, at: now(), orderId };
  return fields.length > 0 ? { type: 'mismatch', ...learnt, fields } : { type: 'accepted', ...learnt, attempt };
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

/** Null where it takes too long, because requests queue. */
async function lookOnce(exchange: Exchange, orderId: string): Promise<Look | null> {
  const late = AbortSignal.timeout(FIRST_LOOK_WITHIN_MS);
  try {
    return { order: await exchange.getOrder(orderId, 'urgent', late), lastError: null, at: now() };
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
