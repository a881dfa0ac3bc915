/** The exchange in memory: one order per client order id, what the scenario has become of it, and who is told by push. */
import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import type { NewOrder } from '../../../src/ports/exchange.ts';
import type { Process } from '../scheduler.ts';
import type { OrderStep } from '../scenario.ts';
import type { Invariants } from '../invariants.ts';
import type { Surroundings } from '../surroundings.ts';
import { LedgerOrder, WHOLE } from './ledger-order.ts';

export type Landed = { kind: 'created'; order: LedgerOrder } | { kind: 'refused'; code: string };

export interface Listener {
  process: Process;
  notify(order: ExchangeOrder, kind: 'update'): void;
}

export class Ledger {
  readonly process: Process;
  order: LedgerOrder | null = null;
  readonly #surroundings: Surroundings;
  readonly #invariants: Invariants;
  readonly #listeners = new Set<Listener>();

  constructor(surroundings: Surroundings, invariants: Invariants) {
    this.#surroundings = surroundings;
    this.#invariants = invariants;
    this.process = surroundings.process('the exchange');
    const { used, clientOrderId, newOrder } = surroundings.scenario;
    if (!used) return;
    const asked = { ...newOrder, clientOrderId, side: 'SELL' } as const;
    this.order = new LedgerOrder('exchange-0', asked, '2026-11-21T09:00:00.000Z', {
      status: 'FILLED',
      isForeign: true,
    });
  }

  /** A POST is sent. */
  sent(asked: NewOrder): void {
    this.#invariants.posted(asked);
  }

  get time(): string {
    return new Date(this.#surroundings.nowMs + this.process.skewMs).toISOString();
  }

  /** A POST arrives, for the first time or again. */
  land(asked: NewOrder): Landed {
    const { scenario } = this.#surroundings;
    if (this.order !== null) {
      const isRefused =
        !this.order.isForeign && this.#surroundings.fault('the funds are gone for the POST that came again', 0.3);
      return isRefused ? { kind: 'refused', code: 'INSUFFICIENT_FUND' } : { kind: 'created', order: this.order };
    }
    if (scenario.refusal !== null) return { kind: 'refused', code: scenario.refusal };
    const order = new LedgerOrder('exchange-1', asked, this.time, { status: scenario.firstStatus });
    this.order = order;
    this.#surroundings.trace(() => `the exchange has ${order.orderId}`);
    this.#invariants.created();
    for (const step of scenario.steps) this.#later(step.atMs, () => this.#take(order, step));
    order.lastStepMs = this.#surroundings.nowMs + Math.max(...scenario.steps.map(({ atMs }) => atMs));
    return { kind: 'created', order };
  }

  cancel(order: LedgerOrder): boolean {
    if (order.hasEnded) return false;
    order.pendingCancel = true;
    this.#surroundings.trace(() => 'the exchange takes the cancel');
    if (this.#surroundings.fault('the exchange forgets the cancel', 0.05)) return true;
    this.#later(this.#surroundings.chance.between('cancel takes effect', 0, 900), () => this.#end(order, 'CANCELLED'));
    return true;
  }

  subscribe(listener: Listener): void {
    this.#listeners.add(listener);
  }

  unsubscribe(process: Process): void {
    for (const listener of this.#listeners) if (listener.process === process) this.#listeners.delete(listener);
  }

  #take(order: LedgerOrder, step: OrderStep): void {
    switch (step.what) {
      case 'status':
        if (!order.hasEnded) order.status = step.status;
        return this.#changed(order);
      case 'fill':
        if (!order.hasEnded) this.#fill(order, Math.min(step.tenths, WHOLE - order.tenths), step.listedAfterMs);
        if (order.tenths === WHOLE) this.#end(order, 'FILLED');
        return;
      case 'reverse':
        if (order.tenths > 0) {
          order.wasAdjusted = true;
          this.#fill(order, -1, step.listedAfterMs);
        }
        return;
      case 'end':
        return this.#end(order, step.status);
    }
  }

  #fill(order: LedgerOrder, tenths: number, listedAfterMs: number): void {
    order.fill(tenths, this.time, this.#surroundings.nowMs + listedAfterMs);
    this.#surroundings.trace(() => `the exchange fills ${tenths} tenths`);
    this.#changed(order);
  }

  #end(order: LedgerOrder, status: string): void {
    if (order.hasEnded) return;
    order.status = status;
    order.pendingCancel = false;
    order.endedAtMs = this.#surroundings.nowMs;
    this.#surroundings.trace(() => `the exchange says ${status}`);
    this.#changed(order);
  }

  #changed(order: LedgerOrder): void {
    order.changedAtMs = this.#surroundings.nowMs;
    for (const listener of this.#listeners) listener.notify(order.shown(), 'update');
  }

  #later(delayMs: number, act: () => void): void {
    this.#surroundings.scheduler.after(delayMs, this.process, act);
  }
}
