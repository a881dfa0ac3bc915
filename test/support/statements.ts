/** What goes over the wire to PostgreSQL, seen by a proxy before it: no driver can send a statement past it. */
import { createServer, connect, type Socket } from 'node:net';

export interface WatchedStatements {
  /** The same database, through the proxy. */
  url: string;
  /** The statements that `work` sends, `begin` and `commit` included. */
  during(work: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
}

/** The type of a message that runs a statement: a simple query, or the execution of a prepared one. */
const RUNS = { Q: 'simple query', E: 'execute' } as const;

/** Of a database without TLS. */
export async function watchStatements(databaseUrl: string): Promise<WatchedStatements> {
  const target = new URL(databaseUrl);
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const read = messageReader((type, text) => {
      if (type in RUNS) statements.push(text);
    });
    client.on('data', read);
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
    during: async (work) => {
      statements.length = 0;
      await work();
      return [...statements];
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A message is a letter, its length (the letter apart) and its body; the first one of a connection has no letter. */
function messageReader(onMessage: (type: string, text: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let letters = 0;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= letters + 4) {
      const end = letters + rest.readInt32BE(letters);
      if (rest.length < end) return;
      onMessage(rest.toString('latin1', 0, letters), rest.toString('utf8', letters + 4, end - 1));
      rest = rest.subarray(end);
      letters = 1;
    }
  };
}
