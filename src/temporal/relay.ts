/**
 * The workers' way to Temporal leads through a proxy of their own in this process, because the SDK gives up a connection
 * that has gone silent only after 45 s, and that cannot be set (1.24.0). Here it can be ended sooner; the SDK then opens
 * another one, and repeats there what was under way.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { NativeConnectionOptions } from '@temporalio/worker';

export interface Relay {
  /** As `NativeConnection.connect` takes it. */
  readonly proxy: NonNullable<NativeConnectionOptions['proxy']>;
  /** Ends each tunnel through which nothing has come since so many calls of this, and answers how many these are. */
  endSilent(calls: number): number;
  /** Why the last tunnel could not be built, null where it could: the SDK knows only that there is none. */
  readonly failure: string | null;
  close(): void;
}

const HOST = '127.0.0.1';
const USER = 'order-sync';

/** An HTTP CONNECT proxy for whoever has its password, which is nobody outside of this process. */
export async function startRelay(): Promise<Relay> {
  const password = randomBytes(32).toString('hex');
  const authorization = `Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`;
  const tunnels = new Set<Tunnel>();
  let failure: string | null = null;
  const server = createServer((_request, answer) => void answer.writeHead(405).end());
  server.on('connect', (request, client: Duplex) => {
    if (request.headers['proxy-authorization'] !== authorization) {
      return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    }
    const tunnel = new Tunnel(client, `${request.url}`, (reason) => (failure = reason));
    tunnels.add(tunnel);
    client.once('close', () => tunnels.delete(tunnel));
  });
  server.listen(0, HOST);
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  // It must not keep a process that has nothing else to do.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    proxy: { type: 'http-connect', targetHost: `${HOST}:${port}`, basicAuth: { username: USER, password } },
    endSilent(calls) {
      const silent = [...tunnels].filter((tunnel) => tunnel.isSilent(calls));
      for (const tunnel of silent) tunnel.end();
      return silent.length;
    },
    get failure() {
      return failure;
    },
    close() {
      server.close();
      for (const tunnel of tunnels) tunnel.end();
    },
  };
}

class Tunnel {
  readonly #client: Duplex;
  readonly #server: Socket;
  #callsWithoutData = 0;

  /** `address`: host and port. `onBuilt` is called with what went wrong, or null. */
  constructor(client: Duplex, address: string, onBuilt: (failure: string | null) => void) {
    const { hostname, port } = new URL(`tcp://${address}`);
    this.#client = client;
    this.#server = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), noDelay: true });
    this.#server.once('error', (error: Error) => onBuilt(error.message));
    this.#server.once('connect', () => {
      onBuilt(null);
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(this.#server).pipe(client);
    });
    this.#server.on('data', () => (this.#callsWithoutData = 0));
    for (const socket of [client, this.#server]) {
      socket.on('error', () => this.end());
      socket.once('close', () => this.end());
    }
  }

  /** Counted in calls and not in time: a process that was suspended has received nothing either, and must not call the peer silent. */
  isSilent(calls: number): boolean {
    this.#callsWithoutData += 1;
    return this.#callsWithoutData > calls;
  }

  end(): void {
    this.#client.destroy();
    this.#server.destroy();
  }
}
