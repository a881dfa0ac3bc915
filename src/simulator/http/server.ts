/** The HTTP server: the exchange's interface, its WebSocket and the control interface on one port. */
import { createServer } from 'node:https';

import fastify from 'fastify';
import type { FastifyInstance, FastifyServerFactory } from 'fastify';

import type { Certificate } from '../certificate.ts';
import type { UserChannel } from '../channel/user-channel.ts';
import type { Controlled } from './control.ts';
import { addControl } from './control.ts';
import type { RestDependencies } from './rest-routes.ts';
import { addRestRoutes } from './rest-routes.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** A client order id may be 128 characters, each of which may be percent-encoded. */
const MAX_PARAMETER_LENGTH = 400;

/** Throws if the port is taken. */
export async function startServer(
  { rest, controlled, userChannel }: { rest: RestDependencies; controlled: Controlled; userChannel: UserChannel },
  { port, host, certificate }: { port: number; host: string; certificate: Certificate | null },
): Promise<{ server: FastifyInstance; url: string }> {
  const server = fastify({
    ...(certificate && { serverFactory: overTls(certificate) }),
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    forceCloseConnections: true,
  });
  // Bodies are not parsed here: the ledger keeps them as received, and a malformed one gets an error in Coinbase's format.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  addRestRoutes(server, rest);
  addControl(server, controlled);
  server.server.on('upgrade', (request, socket, head) => userChannel.upgrade(request, socket, head));
  // The server does not close upgraded connections: `close` would wait until they end by themselves.
  server.addHook('preClose', async () => userChannel.close());
  const url = await server.listen({ port, host });
  return { server, url: certificate ? url.replace('http:', 'https:') : url };
}

function overTls({ certificatePem, privateKeyPem }: Certificate): FastifyServerFactory {
  return (handler) =>
    createServer({ cert: certificatePem, key: privateKeyPem }, (request, response) => handler(request, response));
}
