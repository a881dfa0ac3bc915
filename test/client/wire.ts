import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { temporalAddress } from '../support/resources.ts';

export interface Wire {
  address: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Towards Temporal, so far. */
  bytesSent(): number;
}

/** Leads to Temporal, by default the run's, but for the time between a cut and its mending. */
export async function wire(to = temporalAddress()): Promise<Wire> {
  const [host, temporalPort] = to.split(':');
  const sockets = new Set<Socket>();
  let bytesSent = 0;
  const server: Server = createServer((near) => {
    near.on('data', ({ length }: Buffer) => (bytesSent += length));
    const far = connect(Number(temporalPort), host);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => socket.destroy()));
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    async cut() {
      sockets.forEach((socket) => socket.destroy());
      sockets.clear();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
    mend: () => listen(port),
    bytesSent: () => bytesSent,
  };
}
