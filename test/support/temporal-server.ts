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

/** Of the environment: `postgres@1.31.2`, or host and port of a server that runs. Unset: the development server. */
const VARIABLE = 'ORDER_SYNC_TEST_TEMPORAL';

const { signal: NEVER } = new AbortController();

/** Three minutes each, by default: how late a server tells that nothing is left to a version of the workers. */
const DRAINAGE = {
  'matching.wv.VersionDrainageStatusVisibilityGracePeriod': '5s',
  'matching.wv.VersionDrainageStatusRefreshInterval': '5s',
};

/** With a namespace that knows the orders' search attributes. Settings are not for a server that runs already. */
export async function startTestTemporal({
  namespace = 'default',
  settings = {},
}: TestTemporalOptions = {}): Promise<TestTemporal> {
  const given = process.env[VARIABLE];
  if (given === undefined) return startTemporal({ namespace, settings, onProgress: console.error });
  const server = await serverOf(given, { ...DRAINAGE, ...settings });
  try {
    await makeNamespace(server.address, namespace, NEVER);
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

async function serverOf(given: string, settings: Required<TestTemporalOptions>['settings']): Promise<TestTemporal> {
  const version = versionIn(given);
  return version === null
    ? { address: given, stop: () => Promise.resolve() }
    : startProductionServer({ version, settings, onProgress: console.error, signal: NEVER });
}
