/** A proxy before PostgreSQL whose connections can go silent, as after a failover: nothing is closed, and nothing answers. */
import { connect, createServer, type Socket } from 'node:net';

export interface SilentProxy {
  /** The same database, through the proxy. */
  url: string;
  /** Silences every connection there is; new ones work. */
  silence(): void;
  /** Holds back the answer to the next statement with all of these texts, in itself or its parameters. Resolves when it was sent. */
  holdNextAnswer(texts: readonly string[], forMs: number): Promise<void>;
  close(): Promise<void>;
}

interface Hold {
  texts: readonly string[];
  forMs: number;
  begun: () => void;
}

export async function startSilentProxy(databaseUrl: string): Promise<SilentProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let hold: Hold | null = null;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    client.on('data', (chunk: Buffer) => {
      if (hold === null || !hold.texts.every((text) => chunk.includes(text))) return;
      upstream.unpipe(client).pause();
      setTimeout(() => upstream.pipe(client), hold.forMs);
      hold.begun();
      hold = null;
    });
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${address.port}`;
  return {
    url: url.href,
    silence: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    holdNextAnswer: (texts, forMs) =>
      new Promise((begun) => {
        hold = { texts, forMs, begun };
      }),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
