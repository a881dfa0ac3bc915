import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOCAL_HOST } from './locations.ts';

/** A port that is free now. Nothing keeps it so: take it at once. */
export function freePort(): Promise<number> {
  return bindBriefly(0);
}

/** A server of ours that was killed takes up to this long to be gone, and is no reason to refuse a start. */
const WAIT_FOR_PORT_MS = 3_000;

/**
 * Waits until a port can be bound, and rejects with a sentence for people when somebody else keeps it.
 * @param what who wants the port, as the sentence's subject, e.g. `the Temporal UI`
 * @param remedy what to do about it, e.g. `set ORDER_SYNC_HTTP_PORT to another port`
 */
export async function requireFreePort(port: number, what: string, remedy: string): Promise<void> {
  const giveUpAt = Date.now() + WAIT_FOR_PORT_MS;
  for (;;) {
    try {
      await bindBriefly(port);
      return;
    } catch (error) {
      if (Date.now() < giveUpAt) await sleep(100);
      else
        throw new Error(`Port ${port} for ${what} is taken (${(error as Error).message}): ${remedy}.`, {
          cause: error,
        });
    }
  }
}

/** Whether somebody listens there now. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOCAL_HOST);
    const answer = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

function bindBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, LOCAL_HOST, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('A TCP server has an address with a port');
      server.close(() => resolve(address.port));
    });
  });
}
