/** Thousands of open orders for the engine: their rows, orders at the exchange, and workflows. */
import { inParallel } from '../src/activities/runtime/in-parallel.ts';
import { workflowIdOf } from '../src/domain/order/order-request.ts';
import { until } from './pace.ts';
import type { TestBed } from './test-bed.ts';
import { makeOpenOrders, shuffled, type OpenOrder, type World } from './world.ts';

/** More would only wait in the server. */
const STARTS_AT_ONCE = 50;
const PROGRESS_EVERY = 2_000;
/** Even a slow server resumes ten orders a second. */
const MIN_PER_SECOND = 10;
const MIN_WAIT_MS = 60_000;

export class OpenOrders {
  readonly #testBed: TestBed;
  readonly #world: World;
  readonly #onProgress: (line: string) => void;
  readonly #signal: AbortSignal;
  #open: OpenOrder[] = [];

  constructor(testBed: TestBed, world: World, onProgress: (line: string) => void, signal: AbortSignal) {
    this.#testBed = testBed;
    this.#world = world;
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  get size(): number {
    return this.#open.length;
  }

  /** Resolves when this many are open and have running workflows. */
  async grow(size: number): Promise<void> {
    const missing = size - this.#open.length;
    if (missing <= 0) return;
    this.#onProgress(`opening ${missing} orders`);
    const orders = await makeOpenOrders(this.#world, missing);
    let started = 0;
    await inParallel(orders, STARTS_AT_ONCE, async ({ clientOrderId }) => {
      this.#signal.throwIfAborted();
      await this.#start(clientOrderId);
      started += 1;
      if (started % PROGRESS_EVERY === 0) this.#onProgress(`${started} workflows are started`);
    });
    const withinMs = Math.max(MIN_WAIT_MS, (missing * 1_000) / MIN_PER_SECOND);
    const areTracked = await until(() => this.#areAllTracked(size), { withinMs, signal: this.#signal });
    if (!areTracked) throw new Error(`after ${withinMs / 1_000} s not all of ${size} open orders have a workflow`);
    this.#open = shuffled([...this.#open, ...orders]);
  }

  /** Removes some, which the caller fills. */
  take(count: number): OpenOrder[] {
    return this.#open.splice(0, count);
  }

  async #start(clientOrderId: string): Promise<void> {
    await this.#testBed.temporal.workflow.start('orderWorkflow', {
      taskQueue: 'orders',
      workflowId: workflowIdOf(clientOrderId),
      args: [{ clientOrderId }],
    });
  }

  /** A workflow shows the status `pending` once it has read its row; orders that were filled since have another one. */
  async #areAllTracked(size: number): Promise<boolean> {
    const { count } = await this.#testBed.temporal.workflow.count(
      "OrderStatus = 'pending' and ExecutionStatus = 'Running'",
    );
    return count >= size;
  }
}
