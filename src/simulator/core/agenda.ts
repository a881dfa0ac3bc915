/** What is still to happen to orders by itself: the steps of plans, cancels on their way, the expiry of GTD orders. */
import type { Clock } from './clock.ts';
import type { Order } from './order.ts';
import type { OrderAction, PlanStep } from './plan.ts';

/** The first step is taken when it is due, the others after it, each after its own wait. */
export interface ScheduledStep {
  readonly order: Order;
  readonly steps: readonly PlanStep[];
  /** Unix milliseconds. */
  readonly dueAt: number;
}

export class Agenda {
  readonly #clock: Clock;
  readonly #act: (order: Order, action: OrderAction) => void;
  readonly #scheduled = new Set<ScheduledStep>();

  constructor(clock: Clock, act: (order: Order, action: OrderAction) => void) {
    this.#clock = clock;
    this.#act = act;
  }

  /** Takes the steps up to the first that waits now, and the others in time. */
  run(order: Order, steps: readonly PlanStep[]): void {
    this.#runFrom(this.#clock.now(), order, steps);
  }

  /** A time that has passed means at once. */
  add(scheduledStep: ScheduledStep): void {
    this.#scheduled.add(scheduledStep);
    const { order, steps, dueAt } = scheduledStep;
    this.#clock.after(Math.max(0, dueAt - this.#clock.now()), () => {
      this.#scheduled.delete(scheduledStep);
      const [step, ...rest] = steps;
      if (step) this.#act(order, step);
      this.#runFrom(dueAt, order, rest);
    });
  }

  /** The earliest first. */
  scheduled(): ScheduledStep[] {
    return [...this.#scheduled].sort((a, b) => a.dueAt - b.dueAt);
  }

  /** Waits are counted from when the step before was due, so that after a pause all that fell into it happens at once. */
  #runFrom(from: number, order: Order, steps: readonly PlanStep[]): void {
    for (const [index, step] of steps.entries()) {
      if (step.afterMs) {
        this.add({ order, steps: steps.slice(index), dueAt: from + step.afterMs });
        return;
      }
      this.#act(order, step);
    }
  }
}
