/**
 * Stands before Temporal's web interface, which answers to any `Host` and would do for a web page whose name was bound
 * to 127.0.0.1 whatever it does for its operator.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { whyForeign } from '../process/loopback.ts';
import { LOCAL_HOST } from './locations.ts';

export interface UiGuard {
  url: string;
  close(): Promise<void>;
}

/** Passes on what comes from this machine to the interface behind it. */
export async function startUiGuard(port: number, behind: { host: string; port: number }): Promise<UiGuard> {
  const server = createServer((incoming, answer) => {
    const reason = whyForeign(incoming.method, incoming.headers);
    if (reason === null) passOn(incoming, answer, behind);
    else refuse(answer, 403, reason);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOCAL_HOST, resolve);
  });
  return {
    url: `http://${LOCAL_HOST}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function passOn(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { host, port }: { host: string; port: number },
): void {
  const { method, url: path, headers } = incoming;
  const outgoing = request({ host, port, method, path, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
    response.once('error', () => answer.destroy());
  });
  outgoing.once('error', (error) => {
    if (answer.headersSent) answer.destroy();
    else refuse(answer, 502, `the Temporal UI does not answer: ${error.message}`);
  });
  answer.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

function refuse(answer: ServerResponse, status: number, reason: string): void {
  // What is left of the request's body is not waited for.
  answer.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${reason}\n`);
}
