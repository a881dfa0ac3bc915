import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { MikroORM } from '@mikro-orm/postgresql';
import { MIGRATION_LOCK } from '../../src/database/migrate.ts';
import { LEASE_LOCK } from '../../src/database/queries/renew-request-lease.ts';
import { startEngine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/options.ts';
import { discardWorker } from '../../src/engine/run-workers.ts';
import { createLog } from '../../src/process/log.ts';
import { createKey, startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { startLinkProxy } from '../links/link-proxy.ts';
import { temporalAddress, testDatabase, uniqueTaskQueue, workflowBundle } from '../support/resources.ts';
import { ensureQuietRuntime } from '../support/runtime.ts';
import { eventually } from '../support/waiting.ts';

let simulator: Simulator;
let settings: EngineOptions;
let observer: MikroORM;
const folder = mkdtempSync(join(tmpdir(), 'order-sync-builds-'));

beforeAll(async () => {
  ensureQuietRuntime();
  const key = createKey();
  simulator = await startSimulator({ keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }] });
  settings = {
    temporal: { address: temporalAddress() },
    namespace: 'default',
    databaseUrl: await testDatabase(),
    coinbase: {
      restUrl: simulator.url,
      wsUrl: null,
      keyName: key.name,
      privateKey: key.privateKeyPem,
      requestsPerSecond: 100,
    },
    workflowBundle: workflowBundle(),
    log: createLog({ level: 'error' }),
    taskQueue: uniqueTaskQueue(),
  };
  observer = new MikroORM({
    clientUrl: settings.databaseUrl,
    entities: [],
    discovery: { warnWhenNoEntities: false },
  });
});

afterAll(async () => {
  await observer.close();
  rmSync(folder, { recursive: true });
  await simulator.close();
});

describe('an engine that starts before its servers', () => {
  it('waits for PostgreSQL and for Temporal, says so, and starts when they are there', async () => {
    const postgres = await startLinkProxy(await testDatabase());
    const temporal = await startLinkProxy(temporalAddress());
    for (const link of [postgres, temporal]) link.fail({ kind: 'cut' });
    const lines: string[] = [];
    const heard = (what: string) =>
      eventually(() => lines.some((line) => line.includes(`waiting for ${what}`)), { withinMs: 10_000, what });
    const starting = startEngine({
      ...settings,
      databaseUrl: postgres.target,
      temporal: { address: temporal.target },
      startWithinMs: 120_000,
      log: createLog({ destination: { write: (line) => void lines.push(line) } }),
    });
    starting.catch(() => undefined);

    await heard('PostgreSQL');
    postgres.heal();
    await heard('the Temporal server');
    temporal.heal();

    const engine = await starting;
    await expect(engine.stop()).resolves.toBeUndefined();
    await Promise.all([postgres.close(), temporal.close()]);
  });

  it.each([
    ['looks for migrations', MIGRATION_LOCK],
    ['migrates', 'create table trades'],
    ['takes its share of the request budget', LEASE_LOCK],
  ])('waits for PostgreSQL when it goes down as the engine %s', async (_step, sent) => {
    const postgres = await startLinkProxy(await testDatabase());
    const goesDown = postgres.onSent((chunk) => {
      if (!chunk.includes(sent)) return;
      goesDown();
      postgres.fail({ kind: 'cut' });
    });
    const lines: string[] = [];
    const starting = startEngine({
      ...settings,
      taskQueue: uniqueTaskQueue(),
      databaseUrl: postgres.target,
      startWithinMs: 120_000,
      log: createLog({ destination: { write: (line) => void lines.push(line) } }),
    });
    const waiting = eventually(() => lines.some((line) => line.includes('waiting for PostgreSQL')), {
      withinMs: 10_000,
      what: 'the wait for PostgreSQL',
    });
    waiting.catch(() => undefined);

    // A start that fails instead of waiting fails the test at once.
    await Promise.race([waiting, starting]);
    postgres.heal();

    const engine = await starting;
    await expect(engine.database.migrations.assertMigrated()).resolves.toBeUndefined();
    await expect(engine.stop()).resolves.toBeUndefined();
    await postgres.close();
  });

  it('waits for Temporal when it goes down between two steps of the start', async () => {
    const temporal = await startLinkProxy(temporalAddress());
    const lines: string[] = [];
    const bundle = Promise.withResolvers<WorkflowBundleOption>();
    const starting = startEngine({
      ...settings,
      taskQueue: uniqueTaskQueue(),
      databaseUrl: await testDatabase(),
      temporal: { address: temporal.target },
      startWithinMs: 120_000,
      workflowBundle: bundle.promise,
      archive: { everySeconds: 3_600, keepDays: null, buildsFolder: folder },
      reconcileEverySeconds: 3_600,
      log: createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } }),
    });
    starting.catch(() => undefined);
    const heard = (what: string) =>
      eventually(() => lines.some((line) => line.includes(what)), { withinMs: 20_000, what });

    await heard('the schedule of reconciliation is there');
    temporal.fail({ kind: 'cut' });
    bundle.resolve(workflowBundle());
    await heard('waiting for the Temporal server');
    temporal.heal();

    const engine = await starting;
    await heard('the schedule of the archive is there');
    await expect(engine.stop()).resolves.toBeUndefined();
    await temporal.close();
  });

  it('ends at once when it is told to stop, and leaves no connection open', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const starting = startEngine({
      ...settings,
      temporal: { address: '127.0.0.1:1' },
      startWithinMs: 3_600_000,
      stopWaiting: stop.signal,
      log: createLog({ destination: { write: (line) => void lines.push(line) } }),
    });
    starting.catch(() => undefined);
    await eventually(() => lines.some((line) => line.includes('waiting for')), { withinMs: 10_000, what: 'the wait' });
    stop.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    await expectAllClosed();
  });
});

describe('an engine that cannot start', () => {
  it('says that Temporal is out of reach, and leaves no connection open and no request lease', async () => {
    await expect(startEngine({ ...settings, temporal: { address: '127.0.0.1:1' } })).rejects.toThrow(
      /Temporal at 127.0.0.1:1: connect ECONNREFUSED/,
    );
    await expectAllClosed();
  });

  it('says that its password is wrong, at once, however long it may wait', async () => {
    const url = new URL(settings.databaseUrl);
    url.password = 'hunter2';
    const started = startEngine({ ...settings, databaseUrl: url.href, startWithinMs: 3_600_000 });
    await expect(started).rejects.toThrow(/password authentication failed/);
  });

  it('says what is wrong with the schedule, and leaves no connection open and no request lease', async () => {
    await expect(startEngine({ ...settings, reconcileEverySeconds: 0 })).rejects.toThrow(/schedule/i);
    await expectAllClosed();
  });

  it('says that the workflows could not be bundled, and gives back the HTTP port', async () => {
    const failed = Promise.reject(new Error('no bundle'));
    const port = await freePort();
    const http = { host: '127.0.0.1', port, token: null };
    await expect(startEngine({ ...settings, http, workflowBundle: failed })).rejects.toThrow('no bundle');
    await expectAllClosed();
    await expect(freePort(port)).resolves.toBe(port);
  });
});

describe('a worker that never polled', () => {
  it('lets go of its connection when it is discarded', async () => {
    const connection = await NativeConnection.connect(settings.temporal);
    const activities = { nothing: async () => undefined };
    const worker = await Worker.create({ connection, namespace: 'default', taskQueue: uniqueTaskQueue(), activities });
    await expect(connection.close()).rejects.toThrow(/hold a reference/);
    await discardWorker(worker);
    await expect(connection.close()).resolves.toBeUndefined();
  });
});

async function expectAllClosed(): Promise<void> {
  await eventually(async () => (await count('pg_stat_activity where datname = current_database()')) === 1, {
    withinMs: 2_000,
    what: 'the end of all connections but the one that looks',
  });
  expect(await count('request_leases')).toBe(0);
}

async function count(from: string): Promise<number> {
  const [row] = await observer.em.getConnection().execute<{ n: string }[]>(`select count(*) as n from ${from}`);
  return Number(row?.n);
}

/** Listens for a moment: rejects when the port is taken. */
function freePort(port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => resolve(taken));
    });
  });
}
