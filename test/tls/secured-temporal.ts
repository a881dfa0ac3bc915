/** A way to a Temporal server that speaks TLS, asks for a client's certificate and demands an API key, as Temporal Cloud does. */
import { once } from 'node:events';
import {
  connect,
  constants,
  createSecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { CertificateFiles } from './certificates.ts';

export interface SecuredTemporal {
  /** By the name that its certificate has. */
  address: string;
  port: number;
  close(): Promise<void>;
}

export interface SecuredTemporalOptions {
  /** Of the server behind it. */
  target: string;
  certificate: CertificateFiles;
  /** Default: none is demanded. */
  apiKey?: string;
  /** The certificate of the authority that clients' certificates must be signed by. Default: none is demanded. */
  clientCa?: string;
}

const UNAUTHENTICATED = '16';

export async function startSecuredTemporal(options: SecuredTemporalOptions): Promise<SecuredTemporal> {
  const { target, certificate, apiKey, clientCa } = options;
  const upstream = connect(`http://${target}`);
  upstream.on('error', () => undefined);
  const server = createSecureServer({
    cert: certificate.certPem,
    key: certificate.keyPem,
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session)).on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`) return refuse(stream);
    pass(stream, upstream.request(toPlain(headers)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `localhost:${port}`,
    port,
    async close() {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function toPlain(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return { ...headers, [constants.HTTP2_HEADER_SCHEME]: 'http' };
}

/** gRPC's answer without a body: the status stands in the headers. */
function refuse(stream: ServerHttp2Stream): void {
  const answer = { 'content-type': 'application/grpc', 'grpc-status': UNAUTHENTICATED, 'grpc-message': 'no valid key' };
  stream.respond({ [constants.HTTP2_HEADER_STATUS]: 200, ...answer }, { endStream: true });
}

function pass(stream: ServerHttp2Stream, request: ReturnType<ReturnType<typeof connect>['request']>): void {
  let trailers: IncomingHttpHeaders = {};
  stream.pipe(request);
  request.on('error', () => stream.close());
  request.on('trailers', (received) => (trailers = received));
  request.on('response', (headers, flags) => {
    if (stream.closed) return;
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) return stream.respond(headers, { endStream: true });
    stream.respond(headers, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    request.pipe(stream);
  });
  stream.on('close', () => request.close(constants.NGHTTP2_CANCEL));
}
