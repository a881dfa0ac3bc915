/** The HTTP interface, started and closed. */
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../domain/field-error.ts';
import { TokenFile } from './access/token-file.ts';
import { createApp } from './app.ts';
import { REQUESTS_PER_MINUTE, TIMEOUTS_MS } from './limits.ts';
import type { HttpDependencies } from './dependencies.ts';

export interface HttpOptions extends HttpDependencies {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** The one token for all callers. Without any token the interface listens on loopback only. */
  token: string | null;
  /** Further tokens, with names and roles. Default: none. */
  tokensFile?: string | null;
  /** For each client address. Default 6,000. */
  requestsPerMinute?: number;
}

export interface HttpServer {
  /** Scheme, host and port. */
  url: string;
  /** Takes no new request, and answers those under way, for at most 2.5 s. */
  close(): Promise<void>;
}

/** Resolves when it listens. Rejects when the port is taken, the tokens' file is wrong, or a token is needed and missing. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { host, port, token, tokensFile = null, requestsPerMinute = REQUESTS_PER_MINUTE } = options;
  const named = tokensFile === null ? null : await TokenFile.open(tokensFile, options.log);
  const app = await createApp({ ...options, tokens: { shared: token, named }, requestsPerMinute });
  app.addHook('onClose', async () => named?.close());
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    if (isRecord(error) && error['code'] === 'EADDRINUSE') {
      throw new Error(
        `${host}:${port} is in use: set ORDER_SYNC_HTTP_PORT to another port, or stop the program that listens there`,
        { cause: error },
      );
    }
    throw error;
  }
  const { port: taken } = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    async close() {
      const closed = app.close();
      const late = sleep(TIMEOUTS_MS.close, undefined, { ref: false });
      await Promise.race([closed, late.then(() => app.server.closeAllConnections())]);
      await closed;
    },
  };
}
