/**
 * How many workflow tasks run at once. Those that wait for a local activity need no processor, and polls that wait for a
 * task need none either: neither is counted.
 */
import type { CustomSlotSupplier, LocalActivitySlotInfo, SlotPermit, WorkflowSlotInfo } from '@temporalio/worker';

export interface SlotLimits {
  /** Workflow tasks that run. A few more do for a moment, where several polls are answered at the same time. */
  workflowTasks: number;
  /** Each of another workflow task, which waits for it. */
  localActivities: number;
}

export interface Slots {
  workflowTaskSlotSupplier: CustomSlotSupplier<WorkflowSlotInfo>;
  localActivityTaskSlotSupplier: CustomSlotSupplier<LocalActivitySlotInfo>;
}

/** Where tasks wait at the server a poll is answered sooner; one that is not holds no permit. */
const ANSWERED_WITHIN_MS = 25;

export function slotsWithin({ workflowTasks, localActivities }: SlotLimits): Slots {
  const waiting = new Permits(() => localActivities);
  const running = new Permits(() => workflowTasks + waiting.used);
  waiting.onUse = () => running.serve();
  return {
    workflowTaskSlotSupplier: supplierOf(running),
    localActivityTaskSlotSupplier: supplierOf(waiting),
  };
}

/** Given out to whoever asks for work, used by the work that comes, given back when it is done. */
class Permit implements SlotPermit {
  isUsed = false;
  /** Whether it counts against the limit. */
  counts = true;
  waiting: NodeJS.Timeout | undefined;
}

/** Permits within a limit that may change; whoever finds none waits in turn. */
class Permits {
  readonly #limit: () => number;
  readonly #queue = new Set<(permit: Permit) => void>();
  #counted = 0;
  #used = 0;
  /** When more are used. */
  onUse: () => void = () => undefined;

  constructor(limit: () => number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  tryTake(): Permit | null {
    if (this.#counted >= this.#limit()) return null;
    const permit = new Permit();
    this.#counted += 1;
    permit.waiting = setTimeout(() => this.#setCounts(permit, false), ANSWERED_WITHIN_MS).unref();
    return permit;
  }

  take(signal: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let permit: Permit | null = null;
      const give = (given: Permit): void => {
        permit = given;
        resolve(given);
      };
      // The SDK aborts a reservation also when it was granted but never taken. One that was taken is
      // never aborted (core-bridge 1.24.0, worker.rs).
      signal.addEventListener(
        'abort',
        () => {
          this.#queue.delete(give);
          if (permit !== null) this.giveBack(permit);
          reject(signal.reason);
        },
        { once: true },
      );
      this.#queue.add(give);
      this.serve();
    });
  }

  use(permit: Permit): void {
    clearTimeout(permit.waiting);
    permit.isUsed = true;
    this.#used += 1;
    this.#setCounts(permit, true);
    this.onUse();
  }

  giveBack(permit: Permit): void {
    clearTimeout(permit.waiting);
    if (permit.isUsed) this.#used -= 1;
    this.#setCounts(permit, false);
  }

  serve(): void {
    for (const give of this.#queue) {
      const permit = this.tryTake();
      if (permit === null) return;
      this.#queue.delete(give);
      give(permit);
    }
  }

  #setCounts(permit: Permit, counts: boolean): void {
    if (permit.counts === counts) return;
    permit.counts = counts;
    this.#counted += counts ? 1 : -1;
    if (!counts) this.serve();
  }
}

function supplierOf<Info extends WorkflowSlotInfo | LocalActivitySlotInfo>(permits: Permits): CustomSlotSupplier<Info> {
  return {
    type: 'custom',
    reserveSlot: (_context, signal) => permits.take(signal),
    tryReserveSlot: () => permits.tryTake(),
    markSlotUsed: ({ permit }) => permits.use(permit as Permit),
    releaseSlot: ({ permit }) => permits.giveBack(permit as Permit),
  };
}
