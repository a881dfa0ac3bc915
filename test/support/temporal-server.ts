/** The Temporal server of a test run: the development server, or a production server on PostgreSQL (`npm run test:servers`). */
import { Connection } from '@temporalio/client';
import { startTemporal } from '../../src/local/temporal.ts';
import { registerSearchAttributes } from '../../src/temporal/register-search-attributes.ts';
import { makeNamespace } from '../servers/namespace.ts';
import { versionIn } from '../servers/production-build.ts';
import { startProductionServer } from '../servers/production-server.ts';

export interface TestTemporal {
  /** Host and port. */
  address: string;
  stop(): Promise<void>;
}

export interface TestTemporalOptions {
  /** Default: `default`. */
  namespace?: string;
  /** Of the server's dynamic configuration. */
  settings?: Record<string, string | number | boolean>;
}

/** Of the environment: `postgres@1.31.2` for example. Unset: the development server. */
const VARIABLE = 'ORDER_SYNC_TEST_TEMPORAL';

/** With a namespace that knows the orders' search attributes. */
export async function startTestTemporal({
  namespace = 'default',
  settings = {},
}: TestTemporalOptions = {}): Promise<TestTemporal> {
  const given = process.env[VARIABLE];
  if (given === undefined) return startTemporal({ namespace, settings, onProgress: console.error });
  const version = versionIn(given);
  if (version === null) throw new Error(`${VARIABLE} must be like postgres@1.31.2, not ${given}`);
  const { signal } = new AbortController();
  const server = await startProductionServer({ version, settings, onProgress: console.error, signal });
  try {
    await makeNamespace(server.address, namespace, signal);
    const connection = await Connection.connect({ address: server.address, interceptors: [] });
    try {
      await registerSearchAttributes(connection, namespace);
    } finally {
      await connection.close();
    }
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
