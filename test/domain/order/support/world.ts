/**
 * A random life of an order: an exchange whose truth moves on by itself, and everything that the machine may hear of it,
 * late, twice, out of order, or not at all. What must hold at any time is checked after every step.
 */
import fc from 'fast-check';
import { earlyEnd, earlyFills, type EarlyChange } from '../../../../src/domain/order/early-changes.ts';
import { hasEnded, meaningOf, type ExchangeOrder } from '../../../../src/domain/order/exchange-order.ts';
import { mergeTrade } from '../../../../src/domain/order/merge-trade.ts';
import { isImmediate } from '../../../../src/domain/order/order-configuration.ts';
import type { PendingChange, Recorded } from '../../../../src/domain/order/order-context.ts';
import { compareDecimals } from '../../../../src/domain/decimal.ts';
import { isEnded, stateOf, type Trade } from '../../../../src/domain/order/trade.ts';
import { after, anOrder, aTrade, MARKET, ORDER_ID, RESTING } from './builders.ts';
import { OrderUnderTest, type ActorName, type OutcomeOf } from './order-under-test.ts';

const OPEN_STATUSES = ['OPEN', 'PENDING', 'QUEUED', 'CANCEL_QUEUED', 'EDIT_QUEUED', 'UNKNOWN_ORDER_STATUS', 'NEW_WORD'];
const END_STATUSES = ['FILLED', 'CANCELLED', 'EXPIRED', 'FAILED'];

export interface Beginning {
  kind: 'market' | 'resting';
  row: 'new' | 'accepted' | 'pending' | 'stale' | 'unheard-of' | 'resolved' | 'cancelled';
}

export type Step =
  /** At the exchange. */
  | { do: 'fill' }
  | { do: 'become'; status: string }
  /** One of the actors at work answers; `how` chooses among the ways it may. */
  | { do: 'answer'; actor: number; how: number }
  /** A picture arrives, `age` pictures old; a sparse one tells as little as a push may. */
  | { do: 'hear'; age: number; sparse: boolean; byHand: boolean }
  | { do: 'hear-of-another'; otherId: boolean; status: string }
  | { do: 'cancel' | 'sync-fails' | 'settle-elsewhere' }
  | { do: 'resolve'; status: 'cancelled' | 'failed' }
  | { do: 'pass'; ms: number };

export const beginnings: fc.Arbitrary<Beginning> = fc.record({
  kind: fc.constantFrom('market', 'resting'),
  row: fc.constantFrom('new', 'new', 'new', 'accepted', 'pending', 'stale', 'unheard-of', 'resolved', 'cancelled'),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'fill' }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('become' as const), status: fc.constantFrom(...OPEN_STATUSES) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('become' as const), status: fc.constantFrom(...END_STATUSES) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('answer' as const), actor: fc.nat(3), how: fc.nat(9) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('hear' as const),
      age: fc.nat(4),
      sparse: fc.boolean(),
      byHand: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('hear-of-another' as const),
      otherId: fc.boolean(),
      status: fc.constantFrom(...OPEN_STATUSES, ...END_STATUSES),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'cancel' }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'sync-fails' }, { do: 'settle-elsewhere' }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('resolve' as const), status: fc.constantFrom('cancelled', 'failed') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 500, 100_000, 200_000, 299_999, 300_000, 86_400_000),
    }),
  },
);

export const lives: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 1, maxLength: 40 });

export class World {
  readonly order: OrderUnderTest;
  readonly #isImmediate: boolean;
  readonly #pictures: ExchangeOrder[] = [anOrder()];
  #fills = 0;
  #row: Trade;
  #checked = 0;
  #refusedCancels = 0;
  #sawImmediateFill = false;
  #monitoringSince: number | null = null;
  #nowMs = 0;

  constructor({ kind, row }: Beginning) {
    this.#row = rowAt(row, kind);
    this.#isImmediate = isImmediate(this.#row.orderConfiguration);
    this.order = new OrderUnderTest({ trade: this.#row, resumed: row !== 'new' });
    this.#check();
  }

  get truth(): ExchangeOrder {
    const last = this.#pictures.at(-1);
    if (last === undefined) throw new Error('there is always a picture');
    return last;
  }

  /** Takes a step, if it can be taken now, and checks what must always hold. */
  async take(next: Step): Promise<void> {
    await this.#take(next);
    this.#check();
  }

  async #take(next: Step): Promise<void> {
    const { order } = this;
    switch (next.do) {
      case 'fill':
        return this.#fill();
      case 'become':
        return this.#become(next.status);
      case 'answer':
        return this.#answer(next);
      case 'hear': {
        const picture = this.#pictures.at(-1 - Math.min(next.age, this.#pictures.length - 1)) ?? this.truth;
        const seen = next.sparse ? sparse(picture) : picture;
        const byHand = { layer: 'manual-sync', requester: { requestedBy: 'ann', reason: null } } as const;
        return order.observe(seen, next.byHand ? byHand : {});
      }
      case 'hear-of-another':
        return order.observe(
          anOrder({
            status: next.status,
            filledSize: '0.95',
            side: 'SELL',
            // Under our own id another order is seen only as long as ours was not: an older one, returned for our id.
            orderId: next.otherId || order.context.verified ? 'exchange-2' : ORDER_ID,
          }),
        );
      case 'cancel':
        return order.send({ type: 'CANCEL', requester: { requestedBy: 'ann', reason: null }, evidence: null });
      case 'sync-fails':
        return order.send({
          type: 'NOTED',
          cause: 'manual_sync_failed',
          requester: { requestedBy: null, reason: null },
          evidence: null,
        });
      case 'settle-elsewhere': {
        if (isEnded(order.trade.status)) return;
        // Another run's change is in the row before this one hears of it.
        this.#row = {
          ...order.trade,
          status: 'cancelled',
          detectedBy: 'monitoring',
          staleSince: null,
          fillsComplete: true,
        };
        return order.send({ type: 'SETTLED', trade: this.#row });
      }
      case 'resolve':
        return order.send({ type: 'RESOLVE', status: next.status, requester: { requestedBy: 'ann', reason: 'x' } });
      case 'pass':
        this.#nowMs += next.ms;
        return order.pass(next.ms);
    }
  }

  #fill(): void {
    if (isOver(this.truth) || this.#fills === 9) return;
    this.#fills += 1;
    this.#show({});
  }

  #become(status: string): void {
    if (isOver(this.truth)) return;
    if (status === 'FILLED') this.#fills = Math.max(this.#fills, 1);
    this.#show({ status, lastFillTime: status === 'FILLED' ? after(this.#nowMs) : null });
  }

  #show(fields: Partial<ExchangeOrder>): void {
    const filledSize = `0.${this.#fills}`;
    const figures = {
      filledSize,
      averageFilledPrice: '20000',
      filledValue: `${2_000 * this.#fills}`,
      totalFees: filledSize,
    };
    this.#pictures.push({ ...this.truth, ...(this.#fills > 0 ? figures : {}), ...fields });
  }

  async #answer({ actor, how }: { actor: number; how: number }): Promise<void> {
    const { running } = this.order;
    const name = running[actor % Math.max(running.length, 1)];
    if (name === undefined) return;
    if (name === 'checkImmediately' && how > 0 && this.truth.status === 'FILLED') this.#sawImmediateFill = true;
    if (name === 'cancel' && how < 5) this.#refusedCancels += 1;
    const outcome = this.#outcome(name, how);
    if (outcome !== null) await this.order.answer(name, outcome);
  }

  #outcome(name: ActorName, how: number): OutcomeOf<ActorName> | null {
    const at = this.order.now;
    switch (name) {
      case 'place':
        return this.#placement(how);
      case 'checkImmediately':
        return { order: how === 0 ? null : this.truth, looks: 10, lastError: how === 0 ? 'no answer' : null, at };
      case 'watch': {
        const mayBeUnconfirmed = this.order.inputOf('watch').unconfirmedAfterMs !== null;
        if (how === 0 && mayBeUnconfirmed) return { kind: 'unconfirmed', since: at, lastError: null };
        return { kind: 'observed', order: this.truth, seenAt: at, source: 'look' };
      }
      case 'cancel':
        return { submitted: how >= 5, failureReason: null, order: how % 2 === 0 ? null : this.truth, at };
      case 'collectFills':
        return this.#collected(how);
    }
  }

  #collected(how: number): OutcomeOf<'collectFills'> {
    const found = {
      complete: how > 2,
      filledSize: this.order.inputOf('collectFills').filledSize,
      fillCount: 1,
      totals: how > 2 ? { averagePrice: '20000', value: '2000', fees: '0.5' } : null,
      newestTradeTime: this.order.now,
      lastError: null,
    };
    const recorded = how % 2 === 0 ? this.#commit(earlyFills(this.#row, found, 'fills/1')) : null;
    return { ...found, ...(recorded !== null && { recorded }) };
  }

  #placement(how: number): OutcomeOf<'place'> {
    const at = this.order.now;
    switch (how) {
      case 0:
        return { kind: 'refused', code: 'INSUFFICIENT_FUND', message: '', at };
      case 1:
        return { kind: 'mismatch', fields: ['side'], orderId: 'exchange-2', at };
      case 2:
        return { kind: 'never-attempted', at };
      case 3:
      case 4:
        return { kind: 'unknown', at };
      case 5:
        this.#row = { ...this.order.trade, status: 'pending', orderId: ORDER_ID };
        return { kind: 'settled', trade: this.#row };
      case 6:
      case 7:
      case 8:
        return this.#recordedPlacement(how === 6 ? null : this.truth, how === 8);
      default:
        return { kind: 'accepted', orderId: ORDER_ID, at };
    }
  }

  /** The placing has written the exchange's id itself, and looked; and maybe it has written the end that it saw. */
  #recordedPlacement(order: ExchangeOrder | null, writesEnd: boolean): OutcomeOf<'place'> {
    const at = this.order.now;
    this.#row = { ...this.order.trade, orderId: ORDER_ID };
    if (order?.status === 'FILLED') this.#sawImmediateFill = true;
    const look = { order, looks: 1, lastError: order === null ? 'no answer' : null, at };
    const isEnd = order !== null && hasEnded(order);
    const end =
      writesEnd && isEnd ? this.#commit(earlyEnd(this.#row, { order, seenAt: at, source: 'look' }, 'look/1')) : null;
    return { kind: 'accepted', orderId: ORDER_ID, at, recorded: true, look, ...(end !== null && { end }) };
  }

  /** By whoever has seen what it follows from. */
  #commit(early: EarlyChange | null): Recorded | null {
    if (early === null) return null;
    this.#row = mergeTrade(this.#row, early.change).trade;
    return { key: early.change.key, row: this.#row };
  }

  #check(): void {
    const { order } = this;
    demand(order.machineStatus === 'active', `the machine is ${order.machineStatus}`);
    demand(order.started('place') <= 1, 'the order is placed once');
    demand(order.running.filter((name) => name !== 'cancel').length <= 1, `at work: ${order.running.join(', ')}`);
    demand(order.started('cancel') <= 1 + this.#refusedCancels, 'a cancel is sent again only after a refusal');
    demand(order.finished || order.running.some((name) => name !== 'cancel'), 'an order that goes on has an actor');
    this.#checkWindow();
    for (const change of order.changes.slice(this.#checked)) this.#checkChange(change);
    this.#checked = order.changes.length;
    demand(same(this.#row, order.trade), `the row is ${text(this.#row)}, the machine has ${text(order.trade)}`);
  }

  #checkWindow(): void {
    const { order } = this;
    if (order.state !== 'monitoring') this.#monitoringSince = null;
    else this.#monitoringSince ??= this.#nowMs;
    const forMs = this.#nowMs - (this.#monitoringSince ?? this.#nowMs);
    demand(!this.#isImmediate || forMs < order.trade.policy.monitorForMs, `monitored for ${forMs} ms`);
  }

  /** What a change may make of the row, committed as the database would. */
  #checkChange(change: PendingChange): void {
    const before = this.#row;
    const { trade, corrects, cause } = change;
    const wasResolved = before.reason === 'RESOLVED_BY_OPERATOR';
    demand(
      !isEnded(before.status) || trade.status === before.status || (corrects && wasResolved),
      `${before.status} became ${trade.status}`,
    );
    demand(
      before.orderId === null ||
        trade.orderId === before.orderId ||
        (cause === 'intent_mismatch' && trade.orderId === null),
      `the exchange id ${before.orderId} became ${trade.orderId}`,
    );
    demand(trade.orderId === null || trade.orderId === ORDER_ID, `another order, ${trade.orderId}, was adopted`);
    demand(
      compareDecimals(trade.filledSize, before.filledSize) >= 0,
      `the filled size ${before.filledSize} became ${trade.filledSize}`,
    );
    demand(
      compareDecimals(trade.filledSize, this.truth.filledSize) <= 0,
      `${trade.filledSize} is more than was filled`,
    );
    demand(!this.#sawImmediateFill || trade.status !== 'pending', 'pending, though the immediate check saw FILLED');
    demand((trade.staleSince !== null) === (trade.status === 'stale'), `${trade.status} since ${trade.staleSince}`);
    demand(
      (trade.filledAt !== null) === (trade.status === 'completed'),
      `${trade.status}, filled at ${trade.filledAt}`,
    );
    demand((trade.detectedBy !== null) === isEnded(trade.status), `${trade.status}, detected by ${trade.detectedBy}`);

    const { trade: row, kept } = mergeTrade(before, { ...change, key: String(change.number), state: stateOf(trade) });
    demand(kept.length === 0, `the row keeps ${kept.join(', ')} from ${text(change)}`);
    this.#row = row;
  }
}

function rowAt(row: Beginning['row'], kind: Beginning['kind']): Trade {
  const orderConfiguration = kind === 'market' ? MARKET : RESTING;
  const ended = { detectedBy: 'manual-sync', fillsComplete: true } as const;
  switch (row) {
    case 'new':
      return aTrade({ orderConfiguration });
    case 'accepted':
      return aTrade({ orderConfiguration, orderId: ORDER_ID });
    case 'pending':
      return aTrade({ orderConfiguration, orderId: ORDER_ID, status: 'pending' });
    case 'stale':
      return aTrade({ orderConfiguration, orderId: ORDER_ID, status: 'stale', staleSince: after(-1) });
    case 'unheard-of':
      return aTrade({ orderConfiguration, status: 'stale', staleSince: after(-1) });
    case 'resolved':
      return aTrade({ orderConfiguration, status: 'failed', reason: 'RESOLVED_BY_OPERATOR', ...ended });
    case 'cancelled':
      return aTrade({ orderConfiguration, status: 'cancelled', orderId: ORDER_ID, ...ended });
  }
}

function sparse(order: ExchangeOrder): ExchangeOrder {
  return {
    ...order,
    averageFilledPrice: null,
    filledValue: null,
    totalFees: null,
    lastFillTime: null,
    createdTime: null,
  };
}

function isOver(order: ExchangeOrder): boolean {
  return meaningOf(order.status).kind === 'ended';
}

function same(a: unknown, b: unknown): boolean {
  return text(a) === text(b);
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
