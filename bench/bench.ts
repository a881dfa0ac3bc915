/** What a scenario works with: the engine, its open orders, and the baseline; each is set up when it is first needed. */
import { Baseline, startBaselineWorld, type BaselineWorld } from './baseline/baseline.ts';
import { baselineTrader, engineTrader, tradeSteadily } from './bots.ts';
import { OpenOrders } from './open-orders.ts';
import { pause, until } from './pace.ts';
import { allowedPerSecond, DEFAULT_BUDGET, type Size } from './size.ts';
import type { TestBed } from './test-bed.ts';
import { openSql, type World } from './world.ts';

export interface EngineSettings {
  /** Of the worker, and what the exchange allows. Default 30. */
  requestsPerSecond?: number;
  /** Whether the exchange's WebSocket is available. Default true. */
  push?: boolean;
}

export interface BenchOptions {
  testBed: TestBed;
  /** The budget that the worker was started with. */
  requestsPerSecond: number;
  /** Of Temporal. */
  isDevelopmentServer: boolean;
  size: Size;
  signal: AbortSignal;
  onProgress: (line: string) => void;
}

/** The client reconnects after at most 30 s. */
const PUSH_WITHIN_MS = 60_000;
const WARM_UP_PER_SECOND = 10;

export class Bench {
  readonly testBed: TestBed;
  readonly isDevelopmentServer: boolean;
  readonly size: Size;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
  readonly world: World;
  readonly openOrders: OpenOrders;
  #requestsPerSecond: number;
  #isWarm = false;
  #baselineWorld: Promise<BaselineWorld> | null = null;
  #once = new Map<string, Promise<number[]>>();

  constructor({ testBed, requestsPerSecond, isDevelopmentServer, size, signal, onProgress }: BenchOptions) {
    this.testBed = testBed;
    this.isDevelopmentServer = isDevelopmentServer;
    this.size = size;
    this.signal = signal;
    this.onProgress = onProgress;
    this.world = { simulator: testBed.simulator, sql: openSql(testBed.databaseUrl) };
    this.openOrders = new OpenOrders(testBed, this.world, onProgress, signal);
    this.#requestsPerSecond = requestsPerSecond;
  }

  /** Restarts the engine with these settings if they differ, and lets it settle. */
  async prepare({ requestsPerSecond = DEFAULT_BUDGET, push = true }: EngineSettings = {}): Promise<void> {
    const { simulator, worker } = this.testBed;
    simulator.pushFaults.clear();
    if (!push) {
      simulator.pushFaults.add({ match: {}, do: { kind: 'refuse', at: 'connect' } });
      simulator.pushFaults.add({ match: { channel: 'heartbeats' }, do: { kind: 'close', code: 1001 } });
    }
    simulator.rateLimit.set(allowedPerSecond(requestsPerSecond));
    if (requestsPerSecond !== this.#requestsPerSecond) {
      this.#requestsPerSecond = requestsPerSecond;
      this.#isWarm = false;
      await worker.restart({ COINBASE_REQUESTS_PER_SECOND: String(requestsPerSecond) }, this.signal);
    }
    const isThere = (): boolean => simulator.userChannel.subscriberCount > 0;
    const came = await until(() => isThere() === push, { withinMs: PUSH_WITHIN_MS, signal: this.signal });
    if (!came)
      throw new Error(
        push ? 'the worker does not connect to the push' : 'the worker does not notice that the push is off',
      );
    if (!this.#isWarm) await this.#warmUp();
    await pause(this.size.settleMs, this.signal);
  }

  /** A new process compiles what it runs for the first time, which is not to be measured. */
  async #warmUp(): Promise<void> {
    await tradeSteadily(engineTrader(this.testBed.bot, this.signal), this.#warmUpLoad, this.signal);
    this.#isWarm = true;
  }

  get #warmUpLoad() {
    return { perSecond: WARM_UP_PER_SECOND, orders: this.size.warmUpOrders };
  }

  /** The exchange and the database of the baseline. */
  baselineWorld(): Promise<BaselineWorld> {
    this.#baselineWorld ??= startBaselineWorld(this.testBed);
    return this.#baselineWorld;
  }

  /** Runs the baseline, which is warmed up as the engine is, for as long as `work` takes. */
  async withBaseline<Result>(
    requestsPerSecond: number,
    work: (baseline: Baseline, world: BaselineWorld) => Promise<Result>,
  ): Promise<Result> {
    const world = await this.baselineWorld();
    const baseline = new Baseline(world, requestsPerSecond);
    try {
      await tradeSteadily(baselineTrader(baseline), this.#warmUpLoad, this.signal);
      return await work(baseline, world);
    } finally {
      await baseline.stop();
    }
  }

  /** Measures only once what several scenarios compare with. */
  once(name: string, measure: () => Promise<number[]>): Promise<number[]> {
    const measured = this.#once.get(name) ?? measure();
    this.#once.set(name, measured);
    return measured;
  }

  async close(): Promise<void> {
    await this.world.sql.close();
    await (await this.#baselineWorld)?.close();
  }
}
