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

/** Where tasks wait at the server a poll is answered sooner; one that is not holds nobody's place. */
const ANSWERED_WITHIN_MS = 25;

export function slotsWithin({ workflowTasks, localActivities }: SlotLimits): Slots {
  const waiting = new Places(() => localActivities);
  const running = new Places(() => workflowTasks + waiting.used);
  waiting.onUse = () => running.serve();
  return {
    workflowTaskSlotSupplier: supplierOf(running),
    localActivityTaskSlotSupplier: supplierOf(waiting),
  };
}

/** Given out to whoever asks for work, used by the work that comes, given back when it is done. */
class Place implements SlotPermit {
  isUsed = false;
  /** Whether it counts against the limit. */
  counts = true;
  waiting: NodeJS.Timeout | undefined;
}

/** Places within a limit that may change; whoever finds none waits in turn. */
class Places {
  readonly #limit: () => number;
  readonly #queue = new Set<(place: Place) => void>();
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

  tryTake(): Place | null {
    if (this.#counted >= this.#limit()) return null;
    const place = new Place();
    this.#counted += 1;
    place.waiting = setTimeout(() => this.#setCounts(place, false), ANSWERED_WITHIN_MS).unref();
    return place;
  }

  take(signal: AbortSignal): Promise<Place> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let place: Place | null = null;
      const give = (given: Place): void => {
        place = given;
        resolve(given);
      };
      // The SDK aborts a reservation also when it was granted in vain: an answer that nobody took. One that was taken is
      // never aborted (core-bridge 1.24.0, worker.rs).
      signal.addEventListener(
        'abort',
        () => {
          this.#queue.delete(give);
          if (place !== null) this.giveBack(place);
          reject(signal.reason);
        },
        { once: true },
      );
      this.#queue.add(give);
      this.serve();
    });
  }

  use(place: Place): void {
    clearTimeout(place.waiting);
    place.isUsed = true;
    this.#used += 1;
    this.#setCounts(place, true);
    this.onUse();
  }

  giveBack(place: Place): void {
    clearTimeout(place.waiting);
    if (place.isUsed) this.#used -= 1;
    this.#setCounts(place, false);
  }

  serve(): void {
    for (const give of this.#queue) {
      const place = this.tryTake();
      if (place === null) return;
      this.#queue.delete(give);
      give(place);
    }
  }

  #setCounts(place: Place, counts: boolean): void {
    if (place.counts === counts) return;
    place.counts = counts;
    this.#counted += counts ? 1 : -1;
    if (!counts) this.serve();
  }
}

function supplierOf<Info extends WorkflowSlotInfo | LocalActivitySlotInfo>(places: Places): CustomSlotSupplier<Info> {
  return {
    type: 'custom',
    reserveSlot: (_context, signal) => places.take(signal),
    tryReserveSlot: () => places.tryTake(),
    markSlotUsed: ({ permit }) => places.use(permit as Place),
    releaseSlot: ({ permit }) => places.giveBack(permit as Place),
  };
}
