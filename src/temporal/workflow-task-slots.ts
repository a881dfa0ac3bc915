/** How many workflow tasks run at once: those that wait for a local activity need no processor, and are not counted. */
import type { CustomSlotSupplier, LocalActivitySlotInfo, SlotPermit, WorkflowSlotInfo } from '@temporalio/worker';

export interface SlotLimits {
  /** Workflow tasks that run, and polls that wait for one. At least as many as there are polls. */
  workflowTasks: number;
  /** Each of another workflow task, which waits for it. */
  localActivities: number;
}

export interface Slots {
  workflowTaskSlotSupplier: CustomSlotSupplier<WorkflowSlotInfo>;
  localActivityTaskSlotSupplier: CustomSlotSupplier<LocalActivitySlotInfo>;
}

export function slotsWithin({ workflowTasks, localActivities }: SlotLimits): Slots {
  const waiting = new Places(() => localActivities);
  const running = new Places(() => workflowTasks + waiting.used);
  waiting.onUse = () => running.serve();
  return {
    workflowTaskSlotSupplier: supplierOf(running),
    localActivityTaskSlotSupplier: supplierOf(waiting),
  };
}

/** Places within a limit that may change; whoever finds none waits in turn. */
class Places {
  readonly #limit: () => number;
  readonly #queue = new Set<() => void>();
  #taken = 0;
  #used = 0;
  /** When more are used. */
  onUse: () => void = () => undefined;

  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** Of those that are taken; the others wait for work. */
  get used(): number {
    return this.#used;
  }

  tryTake(): boolean {
    if (this.#taken >= this.#limit()) return false;
    this.#taken += 1;
    return true;
  }

  take(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const give = (): void => resolve();
      // The SDK aborts a reservation also when it was granted in vain: an answer that nobody took. One that was taken is
      // never aborted (core-bridge 1.24.0, worker.rs).
      signal.addEventListener(
        'abort',
        () => {
          if (!this.#queue.delete(give)) this.giveBack({ wasUsed: false });
          reject(signal.reason);
        },
        { once: true },
      );
      this.#queue.add(give);
      this.serve();
    });
  }

  use(): void {
    this.#used += 1;
    this.onUse();
  }

  giveBack({ wasUsed }: { wasUsed: boolean }): void {
    this.#taken -= 1;
    if (wasUsed) this.#used -= 1;
    this.serve();
  }

  serve(): void {
    for (const give of this.#queue) {
      if (!this.tryTake()) return;
      this.#queue.delete(give);
      give();
    }
  }
}

function supplierOf<Info extends WorkflowSlotInfo | LocalActivitySlotInfo>(places: Places): CustomSlotSupplier<Info> {
  const permit: SlotPermit = {};
  return {
    type: 'custom',
    async reserveSlot(_context, signal) {
      await places.take(signal);
      return permit;
    },
    tryReserveSlot: () => (places.tryTake() ? permit : null),
    markSlotUsed: () => places.use(),
    releaseSlot: ({ slotInfo }) => places.giveBack({ wasUsed: slotInfo !== undefined }),
  };
}
