/** The interface over a real database, with neither Temporal nor an exchange: nothing answers at their addresses. */
import { afterEach } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger } from '@temporalio/worker';
import { OrderSyncClient } from '../../src/client/index.ts';
import { MetricsPage } from '../../src/metrics/metrics-page.ts';
import type { Database } from '../../src/database/database.ts';
import { startHttp, type HttpOptions, type HttpServer } from '../../src/http/start-http.ts';

export interface TestHttp extends HttpServer {
  /** Every log line, as JSON. */
  lines: string[];
}

/** For a test file that starts servers in its tests: each is closed after the test that started it. */
export function serversOfEachTest(): typeof startTestHttp {
  const started: TestHttp[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((server) => server.close()));
  });
  return async (db, options) => {
    const server = await startTestHttp(db, options);
    started.push(server);
    return server;
  };
}

export async function startTestHttp(
  { trades, events, halts, board, reconciliations, requestLeases, histories, clockOffsets, ping }: Database,
  options: Partial<HttpOptions> = {},
): Promise<TestHttp> {
  const lines: string[] = [];
  const connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 500, interceptors: [] });
  const log = new DefaultLogger('DEBUG', ({ level, message, meta }) => {
    lines.push(JSON.stringify({ level, message, ...meta }));
  });
  const server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    token: null,
    trades,
    events,
    halts,
    board,
    reconciliations,
    requestLeases,
    histories,
    clockOffsets,
    client: new OrderSyncClient(new Client({ connection })),
    lookAtOrder: () => Promise.reject(new Error('there is no exchange here')),
    readiness: {
      temporal: () => Promise.reject(new Error('away')),
      database: ping,
      feed: () => Promise.resolve({ push: null, sweptAt: null }),
      clocks: () => Promise.resolve(),
    },
    clocks: { offsetMs: (clock) => (clock === 'exchange' ? 12 : null) },
    workflowsUrl: null,
    uiOrigin: null,
    codec: null,
    log,
    metrics: new MetricsPage({ version: 'test' }),
    ...options,
  });
  return {
    url: server.url,
    lines,
    async close() {
      await server.close();
      await connection.close();
    },
  };
}
