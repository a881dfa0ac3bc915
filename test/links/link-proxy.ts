/** A TCP proxy on the link between two parts of the system, which fails as networks do. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { Pipe } from './pipe.ts';

/** Upstream is towards the server; default both. */
export type Direction = 'upstream' | 'downstream' | 'both';

export type LinkFault = {
  /** Those that are there already, those to come, or (by default) all. */
  connections?: 'existing' | 'new' | 'all';
} & (
  | { /** Connections are closed at once. */ kind: 'cut' }
  | { /** What is sent waits until the link is healed. */ kind: 'stall'; direction?: Direction }
  | { /** What is sent arrives later by `delayMs`. */ kind: 'slow'; direction?: Direction; delayMs: number }
  /** What is sent is lost, and nobody is told: as after a failover, such a connection stays silent when the link is healed. */
  | { kind: 'drop'; direction?: Direction }
);

export interface LinkProxy {
  /** What the proxy was started with, address or URL, through the proxy. */
  target: string;
  /** Replaces the fault of new connections; what a fault did to existing ones stays until the link is healed. */
  fail(fault: LinkFault): void;
  heal(): void;
  /** Hears each chunk that a client sends, before it is passed on, until what it answers is called. */
  onSent(listener: SentListener): () => void;
  /** How many there are, silent ones included. */
  readonly connectionCount: number;
  close(): Promise<void>;
}

export type SentListener = (chunk: Buffer, connection: LinkConnection) => void;

/** `target`: host and port, or a URL. */
export async function startLinkProxy(target: string): Promise<LinkProxy> {
  const url = new URL(target.includes('://') ? target : `tcp://${target}`);
  const connections = new Set<LinkConnection>();
  const listeners = new Set<SentListener>();
  let forNew: LinkFault | null = null;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (forNew?.kind === 'cut') return void client.resetAndDestroy();
    const upstream = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true });
    const connection: LinkConnection = new LinkConnection(client, upstream, {
      onSent: (chunk) => listeners.forEach((listener) => listener(chunk, connection)),
      onClosed: () => connections.delete(connection),
    });
    connections.add(connection);
    if (forNew !== null) connection.fail(forNew);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    target: target.replace(url.host, `127.0.0.1:${port}`),
    fail(fault) {
      const { connections: which = 'all' } = fault;
      if (which !== 'existing') forNew = fault;
      if (which !== 'new') for (const connection of connections) connection.fail(fault);
    },
    heal() {
      forNew = null;
      for (const connection of connections) connection.heal();
    },
    onSent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get connectionCount() {
      return connections.size;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const connection of connections) connection.cut();
      await closed;
    },
  };
}

export class LinkConnection {
  readonly #upstream: Pipe;
  readonly #downstream: Pipe;

  constructor(
    client: Socket,
    server: Socket,
    { onSent, onClosed }: { onSent: (chunk: Buffer) => void; onClosed: () => void },
  ) {
    this.#upstream = new Pipe(client, server, onSent);
    this.#downstream = new Pipe(server, client);
    for (const end of [client, server]) {
      end.setNoDelay();
      end.on('error', () => end.destroy());
      end.on('close', () => {
        if (client.closed && server.closed) onClosed();
      });
    }
  }

  fail(fault: LinkFault): void {
    if (fault.kind === 'cut') return this.cut();
    for (const pipe of this.#pipes(fault.direction)) {
      switch (fault.kind) {
        case 'stall':
          pipe.stall();
          break;
        case 'slow':
          pipe.slow(fault.delayMs);
          break;
        case 'drop':
          pipe.lose();
          break;
      }
    }
  }

  heal(): void {
    for (const pipe of this.#pipes()) pipe.heal();
  }

  cut(): void {
    for (const pipe of this.#pipes()) pipe.cut();
  }

  #pipes(direction: Direction = 'both'): Pipe[] {
    return [
      ...(direction === 'downstream' ? [] : [this.#upstream]),
      ...(direction === 'upstream' ? [] : [this.#downstream]),
    ];
  }
}
