/** Why a connection to Temporal cannot be made, in words that name the setting: its clients only say that there is none. */
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ConnectionOptions } from 'node:tls';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { certificateFailure } from '../process/tls-failure.ts';

type Options = Pick<NativeConnectionOptions, 'address' | 'tls' | 'apiKey'>;

const ANSWER_WITHIN_MS = 2_000;
/** With TLS 1.3 a server refuses the client's certificate after the handshake. */
const REFUSES_WITHIN_MS = 500;

const REMEDIES = {
  authority: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  name: 'put that into TEMPORAL_ADDRESS, or into TEMPORAL_TLS_SERVER_NAME',
};
/** What is not about its certificate, by Node's codes and OpenSSL's words. */
const REASONS: readonly [pattern: RegExp, reason: string][] = [
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH|UNSUPPORTED_PROTOCOL/,
    'it does not speak TLS there: leave out TEMPORAL_API_KEY and TEMPORAL_TLS_*, or name its port for TLS',
  ],
  [
    /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|ECONNRESET|EPIPE/,
    'it does not take our certificate: TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH must name one that its authority has signed',
  ],
];

/** Null where the way is open as far as can be seen: then it was the server that did not answer. */
export async function whyUnreachable(options: Options): Promise<string | null> {
  const { tls, apiKey } = options;
  const isSecured = apiKey !== undefined || (tls !== undefined && tls !== null && tls !== false);
  const failure = await handshake(options, isSecured);
  if (!isSecured) return failure === null ? 'it speaks TLS: set TEMPORAL_TLS=true, and what it demands' : null;
  if (failure === null) return null;
  return certificateFailure(failure, REMEDIES) ?? REASONS.find(([pattern]) => pattern.test(failure))?.[1] ?? null;
}

/** What went wrong, by its code where it has one; null where nothing did. */
async function handshake({ address = '', tls }: Options, isVerified: boolean): Promise<string | null> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const given = typeof tls === 'object' && tls !== null ? tls : {};
  const name = given.serverNameOverride ?? hostname;
  const options: ConnectionOptions = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port),
    ALPNProtocols: ['h2'],
    rejectUnauthorized: isVerified,
    ...(isIP(name) === 0 && { servername: name }),
    ...(given.serverRootCACertificate && { ca: Buffer.from(given.serverRootCACertificate) }),
    ...(given.clientCertPair && {
      cert: Buffer.from(given.clientCertPair.crt),
      key: Buffer.from(given.clientCertPair.key),
    }),
  };
  const socket = connect(options);
  let failure: string | null = null;
  socket.on('error', (error: NodeJS.ErrnoException) => (failure ??= error.code ?? error.message));
  const closed = new Promise<void>((resolve) => void socket.once('close', resolve));
  const isShaken = new Promise<void>((resolve) => void socket.once('secureConnect', resolve));
  const limit = sleep(ANSWER_WITHIN_MS, undefined, { ref: false });
  await Promise.race([closed, limit, isShaken.then(() => Promise.race([closed, sleep(REFUSES_WITHIN_MS)]))]);
  const protocol = socket.getProtocol();
  socket.destroy();
  return failure ?? (protocol === null ? 'no answer' : null);
}
