/** What goes over the wire to PostgreSQL, seen by a proxy before it: no driver can send a statement past it. */
import { startLinkProxy, type LinkConnection } from '../links/link-proxy.ts';

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
  const statements: string[] = [];
  const proxy = await startLinkProxy(databaseUrl);
  const readers = new WeakMap<LinkConnection, (chunk: Buffer) => void>();
  proxy.onSent((chunk, connection) => {
    const read =
      readers.get(connection) ??
      messageReader((type, text) => {
        if (type in RUNS) statements.push(text);
      });
    readers.set(connection, read);
    read(chunk);
  });
  return {
    url: proxy.target,
    during: async (work) => {
      statements.length = 0;
      await work();
      return [...statements];
    },
    close: () => proxy.close(),
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
