/** The HTTP interface of an engine: composed of the engine's own parts and a client of its own. */
import type { NativeConnection, NativeConnectionOptions } from '@temporalio/worker';
import { assertClocksAgree } from './clock-watch.ts';
import { OrderSyncClient } from '../client/index.ts';
import type { Database } from '../database/database.ts';
import { startHttp, type HttpServer } from '../http/start-http.ts';
import type { MetricsPage } from '../metrics/metrics-page.ts';
import type { Logger } from '../process/log.ts';
import type { Exchange } from '../ports/exchange.ts';
import { lookAtOrder } from '../ports/order-lookup.ts';
import type { Clocks } from '../ports/clocks.ts';
import type { Secret } from '../process/secret.ts';
import { soon } from '../temporal/answers.ts';
import type { TemporalAccess } from '../temporal/connection.ts';
import { askFeed } from '../temporal/feed.ts';

export interface HttpSettings {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Null only on loopback. */
  token: Secret | null;
  /** Further tokens, with names and roles. Default: none. */
  tokensFile?: string | null;
  /** Where Temporal's UI is, for links to workflows. Default: no links. */
  temporalUiUrl?: string | null;
}

export interface EngineHttpDependencies extends TemporalAccess<NativeConnection> {
  /** For a connection of the client's own. */
  temporal: NativeConnectionOptions;
  database: Database;
  exchange: Exchange;
  clocks: Clocks;
  log: Logger;
  /** What the engine counts, served under `/metrics`. */
  metrics: MetricsPage;
}

const PROBE_TIMEOUT_MS = 2_000;

export async function startEngineHttp(
  settings: HttpSettings,
  dependencies: EngineHttpDependencies,
): Promise<HttpServer> {
  const { connection, database, exchange, clocks, log, metrics, namespace, taskQueue, codec } = dependencies;
  const { trades, events, halts, board, reconciliations, requestLeases, histories, clockOffsets } = database;
  const { address = '127.0.0.1:7233', apiKey, tls, metadata } = dependencies.temporal;
  const client = await OrderSyncClient.connect({
    address,
    namespace,
    taskQueue,
    dataConverter: codec.dataConverter,
    ...(apiKey !== undefined && { apiKey }),
    ...(tls !== undefined && { tls }),
    ...(metadata !== undefined && { metadata }),
  });
  metrics.includeProcess();
  try {
    const http = await startHttp({
      ...settings,
      token: settings.token?.reveal() ?? null,
      trades,
      events,
      halts,
      board,
      reconciliations,
      requestLeases,
      histories,
      client,
      lookAtOrder: (order, signal) => lookAtOrder({ exchange, trades }, order, signal),
      readiness: {
        temporal: () => answers(connection),
        database: () => database.ping(),
        feed: () => askFeed({ connection, namespace, taskQueue, codec }, PROBE_TIMEOUT_MS),
        clocks: () => assertClocksAgree(clocks),
      },
      clocks,
      clockOffsets,
      workflowsUrl: workflowsUrl(settings.temporalUiUrl ?? null, namespace),
      uiOrigin: URL.parse(settings.temporalUiUrl ?? '')?.origin ?? null,
      codec: codec.hasKeys ? codec : null,
      log,
      metrics,
    });
    log.debug('HTTP interface', { url: http.url });
    return {
      url: http.url,
      async close() {
        await http.close();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** As Temporal's UI has it since version 2. */
function workflowsUrl(uiUrl: string | null, namespace: string): string | null {
  return uiUrl && `${uiUrl.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
}

async function answers(connection: NativeConnection): Promise<void> {
  await soon(connection, () => connection.workflowService.getSystemInfo({}), PROBE_TIMEOUT_MS);
}
