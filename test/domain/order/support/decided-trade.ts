/** A trade and the facts that were learnt of it, one after the other, each decided as the store does: once for its key. */
import { decide } from '../../../../src/domain/order/decide.ts';
import type { Decision } from '../../../../src/domain/order/decision.ts';
import type { ExchangeOrder } from '../../../../src/domain/order/exchange-order.ts';
import type { Fact, ObservedFact } from '../../../../src/domain/order/fact.ts';
import type { Requester } from '../../../../src/domain/order/requester.ts';
import { stateOf, type OrderStateName, type Trade } from '../../../../src/domain/order/trade.ts';
import { after, anOrder, aTrade, ORDER_ID } from './builders.ts';

export const BY_ANN: Requester = { requestedBy: 'ann', reason: 'wrong size' };

/** `Omit` for each of the kinds. */
type Untimed<Kind> = Kind extends Fact ? Omit<Kind, 'key' | 'at'> & { key?: string; at?: string } : never;

export class DecidedTrade {
  trade: Trade;
  readonly decisions: Decision[] = [];
  readonly #keys = new Set<string>();
  #nowMs = 0;

  constructor(fields: Partial<Trade> = {}) {
    this.trade = aTrade(fields);
  }

  get now(): string {
    return after(this.#nowMs);
  }

  get state(): OrderStateName {
    return stateOf(this.trade);
  }

  get causes(): string[] {
    return this.decisions.map(({ cause }) => cause);
  }

  get last(): Decision {
    const last = this.decisions.at(-1);
    if (last === undefined) throw new Error('nothing was decided yet');
    return last;
  }

  pass(ms: number): this {
    this.#nowMs += ms;
    return this;
  }

  /** A fact that is learnt now, under a key of its own unless told otherwise. */
  learn(fact: Untimed<Fact>): Decision | null {
    const { key = `fact/${this.#keys.size + 1}`, at = this.now } = fact;
    if (this.#keys.has(key)) return null;
    this.#keys.add(key);
    const decision = decide(this.trade, { ...fact, key, at });
    if (decision === null) return null;
    this.trade = decision.trade;
    this.decisions.push(decision);
    return decision;
  }

  attempt(): this {
    this.trade = { ...this.trade, postAttempts: this.trade.postAttempts + 1, postAttemptedAt: this.now };
    return this;
  }

  accept(orderId = ORDER_ID): this {
    this.learn({ type: 'accepted', orderId });
    return this;
  }

  /** The order is seen, by a look unless told otherwise. */
  see(order: ExchangeOrder, more: Partial<ObservedFact> = {}): Decision | null {
    return this.learn({ type: 'observed', order, source: 'look', ...more });
  }

  /** The immediate check is over; its last look saw this. */
  check(order: ExchangeOrder | null, lastError: string | null = null): this {
    this.learn({ type: 'checked', order, looks: 10, lastError });
    return this;
  }

  requestCancel(requester = BY_ANN): Decision | null {
    return this.learn({ type: 'cancel-requested', requester, evidence: null });
  }

  answerCancel(submitted = true, failureReason: string | null = null): Decision | null {
    return this.learn({ type: 'cancel-answered', submitted, failureReason });
  }

  resolve(status: 'cancelled' | 'failed' = 'cancelled'): this {
    this.learn({ type: 'resolved', status, requester: BY_ANN });
    return this;
  }

  closePlacement(unauthorised = false): this {
    this.learn({ type: 'placement-closed', unauthorised });
    return this;
  }
}

/** A trade whose order was accepted and is being checked. */
export function checking(fields: Partial<Trade> = {}): DecidedTrade {
  return new DecidedTrade(fields).attempt().accept();
}

/** A trade whose order came through the immediate check open. */
export function monitored(seen: ExchangeOrder = anOrder(), fields: Partial<Trade> = {}): DecidedTrade {
  return checking(fields).check(seen);
}

/** A trade that was sent, and nobody knows whether the exchange has it. */
export function placementUnknown(fields: Partial<Trade> = {}): DecidedTrade {
  return new DecidedTrade(fields).attempt().closePlacement();
}

export function completed(order: ExchangeOrder, fields: Partial<Trade> = {}): DecidedTrade {
  const trade = checking(fields).pass(1_000);
  trade.see(order);
  return trade;
}
