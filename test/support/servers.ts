import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../src/local/postgres.ts';
import { deleteInTheEnd } from '../../src/local/server-process.ts';
import { buildWorkflowBundle } from '../../src/temporal/workflow-bundle.ts';
import { startTestTemporal } from './temporal-server.ts';

/** What a test run has once, for all its files. */
export interface TestServers {
  /** Of PostgreSQL's superuser, who makes a database for each test file. */
  superuserUrl: string;
  /** As the engine connects. */
  databaseUrl: string;
  temporalAddress: string;
  bundlePath: string;
}

/** Jest's workers are processes that inherit the environment: that is how they learn of the servers. */
const VARIABLE = 'ORDER_SYNC_TEST_SERVERS';

/** The servers of this run. Throws where there are none. */
export function testServers(): TestServers {
  const value = process.env[VARIABLE];
  if (value === undefined)
    throw new Error(
      "This test runs without servers: take its folder out of PURE in jest.config.js, or don't use them.",
    );
  return JSON.parse(value) as TestServers;
}

let stopAll: (() => Promise<void>) | undefined;

/** Starts PostgreSQL and Temporal and bundles the workflows, all at once, in about 2 s. Should this process be killed, the servers end by themselves. */
export async function startTestServers(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'order-sync-test-'));
  const deleteFolder = deleteInTheEnd(folder);
  const bundlePath = join(folder, 'workflow-bundle.js');
  const [postgres, temporal, bundle] = await Promise.allSettled([
    startPostgres(),
    startTestTemporal(),
    buildWorkflowBundle().then(({ code }) => writeFile(bundlePath, code)),
  ]);
  stopAll = async () => {
    for (const server of [postgres, temporal]) if (server.status === 'fulfilled') await server.value.stop();
    await deleteFolder();
  };
  if (postgres.status === 'rejected' || temporal.status === 'rejected' || bundle.status === 'rejected') {
    await stopAll();
    throw [postgres, temporal, bundle].find((part) => part.status === 'rejected')?.reason;
  }
  const { url: databaseUrl, superuserUrl } = postgres.value;
  const servers: TestServers = { superuserUrl, databaseUrl, temporalAddress: temporal.value.address, bundlePath };
  process.env[VARIABLE] = JSON.stringify(servers);
}

export async function stopTestServers(): Promise<void> {
  await stopAll?.();
}
