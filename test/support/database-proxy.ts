/** A proxy before a PostgreSQL without TLS: all that a client sends goes through it, whatever the driver. */
import { connect, createServer, type Socket } from 'node:net';

export interface DatabaseProxy {
  /** The same database, through the proxy. */
  url: string;
  /** Both ends of every connection there is. */
  sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** `onConnection` answers what hears each chunk that the client sends, before it is passed on. */
export async function startDatabaseProxy(
  databaseUrl: string,
  onConnection: (client: Socket, upstream: Socket) => (chunk: Buffer) => void,
): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    client.on('data', onConnection(client, upstream));
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
    sockets,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
