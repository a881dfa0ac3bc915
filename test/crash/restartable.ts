/** An engine on servers of its own, which keep their data on disk and can be stopped and started again. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OrderSyncClient, type OrderRequest } from '../../src/client/index.ts';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import { startPostgres, type RunningPostgres } from '../../src/local/postgres.ts';
import { deleteInTheEnd } from '../../src/local/server-process.ts';
import { startTemporal, type RunningTemporal } from '../../src/local/temporal.ts';
import { createLog } from '../../src/process/log.ts';
import { createKey, startSimulator, type OrderPlan, type Simulator } from '../../src/simulator/index.ts';
import { workflowBundle } from '../support/resources.ts';
import { ensureQuietRuntime } from '../support/runtime.ts';

export interface Restartable {
  engine: Engine;
  simulator: Simulator;
  client: OrderSyncClient;
  /** Of PostgreSQL's superuser. */
  superuserUrl: string;
  databaseUrl: string;
  /** Places an order whose fate at the exchange is the plan's, and repeats that until it is answered. */
  place(request: OrderRequest, plan: OrderPlan): Promise<void>;
  restartPostgres(downMs: number): Promise<void>;
  restartTemporal(downMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startRestartable(): Promise<Restartable> {
  const folder = await mkdtemp(join(tmpdir(), 'order-sync-crash-'));
  const postgresFolder = await mkdtemp(join(tmpdir(), 'order-sync-crash-postgres-'));
  const deleteFolders = [deleteInTheEnd(folder), deleteInTheEnd(postgresFolder)];
  const log = createLog({ level: 'error' });
  ensureQuietRuntime();
  let temporal: RunningTemporal = await startTemporal({ dataDir: folder });
  let postgres: RunningPostgres = await startPostgres({ dataDir: postgresFolder });
  const { address } = temporal;
  const key = createKey();
  const simulator = await startSimulator({ keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }] });
  const engine = await startEngine({
    temporal: { address },
    namespace: 'default',
    databaseUrl: postgres.url,
    coinbase: {
      restUrl: simulator.url,
      wsUrl: null,
      keyName: key.name,
      privateKey: key.privateKeyPem,
      requestsPerSecond: 500,
    },
    workflowBundle: workflowBundle(),
    log,
  });
  const client = await OrderSyncClient.connect({ address });
  return {
    engine,
    simulator,
    client,
    superuserUrl: postgres.superuserUrl,
    databaseUrl: postgres.url,
    async place(request, plan) {
      simulator.exchange.setPlan({ clientOrderId: request.clientOrderId }, plan);
      await client.place(request, { timeoutMs: 60_000 });
    },
    async restartPostgres(downMs) {
      await postgres.stop();
      await sleep(downMs);
      postgres = await startPostgres({ dataDir: postgresFolder, port: postgres.port });
    },
    async restartTemporal(downMs) {
      await temporal.stop();
      await sleep(downMs);
      temporal = await startTemporal({ dataDir: folder, port: Number(address.split(':').at(-1)) });
    },
    async stop() {
      await client.close();
      await engine.stop();
      await simulator.close();
      await temporal.stop();
      await postgres.stop();
      for (const deleteFolder of deleteFolders) await deleteFolder();
    },
  };
}
