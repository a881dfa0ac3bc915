/** The plain loop to compare the engine with: it has its own exchange and database, on the same machine. */
import { Worker } from 'node:worker_threads';
import { openDatabase } from '../../src/database/database.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import { createKey, startSimulator, type NewKey } from '../../src/simulator/index.ts';
import { allowedPerSecond, SIMULATOR } from '../size.ts';
import { openSql, type OpenOrder, type World } from '../world.ts';
import type { Command, Report, ThreadData } from './thread.ts';

const THREAD = new URL('./thread.ts', import.meta.url);
const DATABASE = 'plain_loop';

export interface BaselineWorld extends World {
  key: NewKey;
  databaseUrl: string;
  close(): Promise<void>;
}

/** A database on the engine's server. */
export async function startBaselineWorld(engine: {
  databaseUrl: string;
  superuserUrl: string;
}): Promise<BaselineWorld> {
  const url = new URL(engine.databaseUrl);
  const server = openSql(engine.superuserUrl);
  try {
    await server.query(`create database ${DATABASE} owner ${url.username}`);
  } finally {
    await server.close();
  }
  url.pathname = `/${DATABASE}`;
  const database = await openDatabase({ url: url.href });
  try {
    await database.migrations.migrate();
  } finally {
    await database.close();
  }
  const key = createKey();
  const simulator = await startSimulator({
    keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }],
    ...SIMULATOR,
  });
  const sql = openSql(url.href);
  const close = async (): Promise<void> => {
    await sql.close();
    await simulator.close();
  };
  return { simulator, sql, key, databaseUrl: url.href, close };
}

/** One run of it. */
export class Baseline {
  readonly #thread: Worker;
  readonly #waiting = new Map<string | null, () => void>();
  readonly #broken: Promise<never>;

  constructor({ simulator, key, databaseUrl }: BaselineWorld, requestsPerSecond: number) {
    simulator.rateLimit.set(allowedPerSecond(requestsPerSecond));
    const coinbase = { restUrl: simulator.url, keyName: key.name, privateKey: key.privateKeyPem, requestsPerSecond };
    const workerData: ThreadData = { databaseUrl, coinbase };
    this.#thread = new Worker(THREAD, { workerData });
    this.#thread.on('message', ({ released }: Report) => {
      this.#waiting.get(released)?.();
      this.#waiting.delete(released);
    });
    this.#broken = new Promise((_resolve, reject) => this.#thread.once('error', reject));
    // Whoever waits for the thread gets the error.
    this.#broken.catch(() => undefined);
  }

  /** Resolves when the bot is released. */
  place(request: OrderRequest): Promise<void> {
    return this.#until(request.clientOrderId, { do: 'place', request });
  }

  watch(orders: readonly OpenOrder[]): void {
    this.#send({ do: 'watch', clientOrderIds: orders.map(({ clientOrderId }) => clientOrderId) });
  }

  async stop(): Promise<void> {
    await this.#until(null, { do: 'stop' }).catch(() => undefined);
    await this.#thread.terminate();
  }

  #until(released: string | null, command: Command): Promise<void> {
    const done = new Promise<void>((resolve) => this.#waiting.set(released, resolve));
    this.#send(command);
    return Promise.race([done, this.#broken]);
  }

  #send(command: Command): void {
    this.#thread.postMessage(command);
  }
}
