/** Applies the fault rules to REST calls. */
import type { Clock } from '../core/clock.ts';
import { OrderRefused } from '../core/errors.ts';
import type { OrderStore } from '../core/order-store.ts';
import type { ApiAnswer, ApiCall, Interceptor, Intervention } from '../http/api.ts';
import { parseBody } from '../http/api.ts';
import { refusal } from '../http/orders.ts';
import type { FaultAction, FaultMatch, FaultRule } from './fault-rule.ts';
import { readFaultRule } from './fault-rule.ts';
import { matchesOrder, namesOrder } from './match.ts';
import { changeRows } from './rows.ts';
import type { ActiveRule } from './rule-book.ts';
import { RuleBook } from './rule-book.ts';

export type ActiveFault = ActiveRule<FaultRule>;

const PASS: Intervention = { kind: 'pass' };

export class Faults extends RuleBook<FaultRule> implements Interceptor {
  readonly #clock: Clock;
  readonly #store: OrderStore;

  constructor(seed: number, clock: Clock, store: OrderStore) {
    super('fault', readFaultRule, seed, clock);
    this.#clock = clock;
    this.#store = store;
  }

  async before(call: ApiCall): Promise<Intervention> {
    for (const rule of this.list()) {
      if (!happensBefore(rule.do) || !this.#isAbout(call, rule.match) || !this.#happens(rule, call)) continue;
      const intervention = await this.#play(rule.do, call);
      if (intervention.kind !== 'pass') return intervention;
    }
    return PASS;
  }

  async after(call: ApiCall, truth: ApiAnswer): Promise<Intervention> {
    let answer = truth;
    for (const rule of this.list()) {
      if (happensBefore(rule.do)) continue;
      const changed = this.#changedRows(rule, call, answer);
      if (changed) {
        if (this.#happens(rule, call)) answer = changed;
      } else if (!changesRows(rule.do) && this.#isAbout(call, rule.match) && this.#happens(rule, call)) {
        if (rule.do.kind === 'truncate') answer = firstHalf(answer);
        const intervention = await this.#play(rule.do, call);
        if (intervention.kind !== 'pass') return intervention;
      }
    }
    return answer === truth ? PASS : { kind: 'answer', answer };
  }

  async #play(action: FaultAction, call: ApiCall): Promise<Intervention> {
    switch (action.kind) {
      case 'reset':
      case 'hang':
        return { kind: action.kind };
      case 'answer':
        return { kind: 'answer', answer: action };
      case 'delay':
        await this.#clock.sleep(action.ms);
        return PASS;
      case 'refuse':
        if (!call.post) return PASS;
        return { kind: 'answer', answer: refusal(new OrderRefused(action.code, action.message ?? ''), null) };
      case 'truncate':
      case 'lag':
      case 'omit':
      case 'repeat':
      case 'patch':
        return PASS;
    }
  }

  /** The answer with the rule's orders or fills changed, or null if it has none of them. */
  #changedRows({ match, do: action }: ActiveFault, call: ApiCall, answer: ApiAnswer): ApiAnswer | null {
    if (match.endpoint !== undefined && match.endpoint !== call.endpoint) return null;
    const isTargeted = (orderId: string): boolean => matchesOrder(match, this.#store.byOrderId(orderId)?.clientOrderId);
    switch (action.kind) {
      case 'lag': {
        const youngest = this.#clock.now() - action.ms;
        return changeRows(answer, isTargeted, (row) => (createdAt(row) > youngest ? [] : [row]));
      }
      case 'omit':
        return changeRows(answer, isTargeted, () => []);
      case 'repeat':
        return changeRows(answer, isTargeted, (row) => [row, row]);
      case 'patch':
        return changeRows(answer, isTargeted, (row) => [{ ...row, ...action.fields }]);
      case 'reset':
      case 'hang':
      case 'answer':
      case 'delay':
      case 'refuse':
      case 'truncate':
        return null;
    }
  }

  #isAbout(call: ApiCall, match: FaultMatch): boolean {
    if (match.endpoint !== undefined && match.endpoint !== call.endpoint) return false;
    if (!namesOrder(match)) return true;
    return this.#clientOrderIdsOf(call).some((clientOrderId) => matchesOrder(match, clientOrderId));
  }

  #clientOrderIdsOf(call: ApiCall): string[] {
    if (call.post) return call.post.clientOrderId === null ? [] : [call.post.clientOrderId];
    const orderIds = [call.id, ...call.query.getAll('order_ids'), ...orderIdsIn(call)];
    return orderIds.flatMap((orderId) => this.#store.byOrderId(orderId)?.clientOrderId ?? []);
  }

  #happens(rule: ActiveFault, call: ApiCall): boolean {
    return this.happens(rule, call.post?.clientOrderId ?? call.endpoint);
  }
}

function happensBefore(action: FaultAction): boolean {
  return action.kind === 'refuse' || ('when' in action && action.when === 'before');
}

function changesRows(action: FaultAction): boolean {
  return ['lag', 'omit', 'repeat', 'patch'].includes(action.kind);
}

function orderIdsIn(call: ApiCall): string[] {
  if (call.endpoint !== 'cancelOrders') return [];
  try {
    const { order_ids: orderIds } = parseBody(call);
    return Array.isArray(orderIds) ? orderIds.map(String) : [];
  } catch {
    return [];
  }
}

function createdAt(row: Record<string, unknown>): number {
  return Date.parse(String(row['created_time'] ?? row['trade_time']));
}

function firstHalf(answer: ApiAnswer): ApiAnswer {
  const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  return {
    status: answer.status,
    body: body.slice(0, Math.floor(body.length / 2)),
    contentType: 'application/json; charset=utf-8',
  };
}
