/** The engine's open orders, thousands of them: rows, orders at the exchange, and workflows that watch them. */
import { inParallel } from '../src/activities/runtime/in-parallel.ts';
import { workflowIdOf } from '../src/domain/order/order-request.ts';
import { until } from './pace.ts';
import type { Stage } from './stage.ts';
import { makeOpenOrders, shuffled, type OpenOrder, type World } from './world.ts';

/** More at once only wait in the server. */
const STARTS_AT_ONCE = 50;
const TELL_EVERY = 2_000;
/** Even a slow server resumes ten orders a second. */
const SLOWEST_PER_SECOND = 10;
const LEAST_WAIT_MS = 60_000;

export class Crowd {
  readonly #stage: Stage;
  readonly #world: World;
  readonly #tell: (line: string) => void;
  readonly #signal: AbortSignal;
  #open: OpenOrder[] = [];
  #started = 0;

  constructor(stage: Stage, world: World, tell: (line: string) => void, signal: AbortSignal) {
    this.#stage = stage;
    this.#world = world;
    this.#tell = tell;
    this.#signal = signal;
  }

  get size(): number {
    return this.#open.length;
  }

  /** Resolves when so many are open and their workflows watch them. */
  async grow(size: number): Promise<void> {
    const missing = size - this.#open.length;
    if (missing <= 0) return;
    this.#tell(`opening ${missing} orders`);
    const orders = await makeOpenOrders(this.#world, missing);
    let started = 0;
    await inParallel(orders, STARTS_AT_ONCE, async ({ clientOrderId }) => {
      this.#signal.throwIfAborted();
      await this.#start(clientOrderId);
      started += 1;
      if (started % TELL_EVERY === 0) this.#tell(`${started} workflows are started`);
    });
    this.#started += missing;
    const withinMs = Math.max(LEAST_WAIT_MS, (missing * 1_000) / SLOWEST_PER_SECOND);
    const areWatched = await until(() => this.#areAllResumed(), { withinMs, everyMs: 1_000, signal: this.#signal });
    if (!areWatched) throw new Error(`after ${withinMs / 1_000} s not all of ${size} open orders are watched`);
    this.#open = shuffled([...this.#open, ...orders]);
  }

  /** Takes some out, to be filled. */
  take(count: number): OpenOrder[] {
    return this.#open.splice(0, count);
  }

  async #start(clientOrderId: string): Promise<void> {
    await this.#stage.temporal.workflow.start('orderWorkflow', {
      taskQueue: 'orders',
      workflowId: workflowIdOf(clientOrderId),
      args: [{ clientOrderId }],
    });
  }

  async #areAllResumed(): Promise<boolean> {
    const [row] = await this.#world.sql.query<{ resumed: number }>(
      "select count(distinct client_order_id)::integer as resumed from order_events where cause = 'resumed'",
    );
    return row !== undefined && row.resumed >= this.#started;
  }
}
