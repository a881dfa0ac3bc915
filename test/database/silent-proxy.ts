/** A proxy before PostgreSQL whose connections can go silent, as after a failover: nothing is closed, and nothing answers. */
import { startDatabaseProxy } from '../support/database-proxy.ts';

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
  let hold: Hold | null = null;
  const { url, sockets, close } = await startDatabaseProxy(databaseUrl, (client, upstream) => (chunk) => {
    if (hold === null || !hold.texts.every((text) => chunk.includes(text))) return;
    upstream.unpipe(client).pause();
    setTimeout(() => upstream.pipe(client), hold.forMs);
    hold.begun();
    hold = null;
  });
  return {
    url,
    silence: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    holdNextAnswer: (texts, forMs) =>
      new Promise((begun) => {
        hold = { texts, forMs, begun };
      }),
    close,
  };
}
