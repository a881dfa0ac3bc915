/** Everything that a soak runs on: real servers that keep their data, the exchange, the worker, and a bot's connection. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { OrderSyncClient } from '../../src/client/index.ts';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { startPostgres, type RunningPostgres } from '../../src/local/postgres.ts';
import { deleteInTheEnd } from '../../src/local/server-process.ts';
import { startTemporal, type RunningTemporal } from '../../src/local/temporal.ts';
import { createKey, startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { WorkerProcess } from './worker-process.ts';

/** Far above what the orders need, so that the faults decide the pace and not the budget. */
const REQUESTS_PER_SECOND = '500';

export interface Stage {
  simulator: Simulator;
  database: Database;
  worker: WorkerProcess;
  bot: OrderSyncClient;
  temporal: Client;
  /** Stops the server, starts it again on the same data and port after `downMs`. */
  restart(server: 'PostgreSQL' | 'Temporal', downMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything; stops what it has started when one of the parts fails or `signal` is aborted. */
export async function startStage(seed: number, signal: AbortSignal): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'order-sync-soak-'));
  const postgresFolder = await mkdtemp(join(tmpdir(), 'order-sync-soak-postgres-'));
  const undo: (() => Promise<unknown>)[] = [deleteInTheEnd(folder), deleteInTheEnd(postgresFolder)];
  const stop = async (): Promise<void> => {
    for (const act of undo.splice(0).toReversed()) await act();
  };
  try {
    const temporalServer = await startTemporal({ dataDir: folder });
    const servers = { Temporal: temporalServer, PostgreSQL: await startPostgres({ dataDir: postgresFolder }) };
    undo.push(() => Promise.all([servers.Temporal.stop(), servers.PostgreSQL.stop()]));

    const key = createKey();
    const simulator = await startSimulator({
      keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }],
      seed,
      reportAliasAsBook: true,
    });
    undo.push(() => simulator.close());
    const worker = new WorkerProcess(folder, {
      TEMPORAL_ADDRESS: servers.Temporal.address,
      DATABASE_URL: servers.PostgreSQL.url,
      COINBASE_REST_URL: simulator.url,
      COINBASE_WS_URL: simulator.wsUrl,
      COINBASE_API_KEY_NAME: key.name,
      COINBASE_API_PRIVATE_KEY: key.privateKeyPem,
      COINBASE_REQUESTS_PER_SECOND: REQUESTS_PER_SECOND,
      ORDER_SYNC_HTTP_PORT: '0',
    });
    const supervision = worker.supervise();
    undo.push(async () => {
      await worker.stop();
      await supervision;
    });

    const database = await openDatabase({ url: servers.PostgreSQL.url });
    undo.push(() => database.close());
    await worker.ready(signal);
    signal.throwIfAborted();
    const { address } = servers.Temporal;
    const bot = await OrderSyncClient.connect({ address });
    undo.push(() => bot.close());
    const connection = await Connection.connect({ address });
    undo.push(() => connection.close());

    return {
      simulator,
      database,
      worker,
      bot,
      temporal: new Client({ connection }),
      restart: (server, downMs) => restart(servers, { server, downMs, folder, postgresFolder }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Servers {
  Temporal: RunningTemporal;
  PostgreSQL: RunningPostgres;
}

async function restart(
  servers: Servers,
  where: { server: keyof Servers; downMs: number; folder: string; postgresFolder: string },
): Promise<void> {
  await servers[where.server].stop();
  await new Promise((resolve) => setTimeout(resolve, where.downMs));
  if (where.server === 'Temporal') {
    const port = Number(servers.Temporal.address.split(':').at(-1));
    servers.Temporal = await startTemporal({ dataDir: where.folder, port });
  } else {
    servers.PostgreSQL = await startPostgres({ dataDir: where.postgresFolder, port: servers.PostgreSQL.port });
  }
}
