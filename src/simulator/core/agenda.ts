/** What is scheduled to happen to orders: the steps of plans, requested cancels, the expiry of GTD orders. */
import type { Clock } from './clock.ts';
import type { Order } from './order.ts';
import type { OrderAction, PlanStep } from './plan.ts';

/** The first step is carried out at `dueAt`, the others after it, each after its own wait. */
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

  /** Carries out the steps up to the first that has a wait, and schedules the rest. */
  run(order: Order, steps: readonly PlanStep[]): void {
    this.#runFrom(this.#clock.now(), order, steps);
  }

  /** A step that is overdue is carried out at once. */
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

  /** Waits are counted from when the previous step was due, so that after a pause everything overdue happens at once. */
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
