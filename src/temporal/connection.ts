/** The engine's connection to Temporal, which is replaced when it goes silent. */
import type { ConnectionLike } from '@temporalio/client';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { messageOf } from '../domain/message-of.ts';
import type { EncryptionCodec } from '../encryption/payload-codec.ts';
import type { Logger } from '../process/log.ts';
import { GRPC, grpcStatus, soon } from './answers.ts';
import { whyUnreachable } from './why-unreachable.ts';
import { startRelay } from './relay.ts';

/** A request that the server answers at once: on an idle connection nothing else arrives for a minute. */
const ASK_EVERY_MS = 2_000;
/**
 * An order may be placed for 30 s after its start, so a silence must be over well before that. Not fewer: a server that is
 * flooded takes its time, and would be asked for everything again.
 */
const SILENT_AFTER_QUESTIONS = 4;

export interface TemporalConnection {
  connection: NativeConnection;
  close(): Promise<void>;
}

/** How the workflows of one deployment are reached. */
export interface TemporalAccess<Connection extends ConnectionLike = ConnectionLike> {
  connection: Connection;
  namespace: string;
  /** The orders'; those of the feed, of reconciliation and of the archive are derived from it. */
  taskQueue: string;
  codec: EncryptionCodec;
}

/** Nothing answers at its address, or not in time. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
}

const NOT_ANSWERED: readonly number[] = [GRPC.CANCELLED, GRPC.DEADLINE_EXCEEDED, GRPC.UNAVAILABLE];

/** Throws TemporalUnreachableError where Temporal does not answer, and what was asked for may have happened. */
export async function answered<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const status = grpcStatus(error);
    if (status === null || !NOT_ANSWERED.includes(status.code)) throw error;
    throw new TemporalUnreachableError(`Temporal does not answer: ${status.details}`, { cause: error });
  }
}

/** The message of a server that is still starting, or of a load balancer in front of it; null for any other error. */
function whyUnavailable(error: unknown): string | null {
  return error instanceof Error && /currently unavailable|transport error/.test(error.message) ? error.message : null;
}

/** A router that drops packets would let the SDK wait for minutes. */
const CONNECT_WITHIN_MS = 10_000;
const NO_ANSWER = `no answer within ${CONNECT_WITHIN_MS / 1_000} s`;

/** Throws TemporalUnreachableError, or another error where waiting does not help. */
export async function connectTemporal(options: NativeConnectionOptions, log: Logger): Promise<TemporalConnection> {
  const relay = await startRelay();
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    relay.close();
  }, CONNECT_WITHIN_MS);
  const connection = await NativeConnection.connect({ ...options, proxy: relay.proxy })
    .catch(async (error: unknown) => {
      const failure = relay.failure ?? (isLate ? NO_ANSWER : null);
      relay.close();
      throw await explained(error, options, failure);
    })
    .finally(() => clearTimeout(late));
  const keepAsking = setInterval(() => {
    if (relay.endSilent(SILENT_AFTER_QUESTIONS) > 0)
      log.warn('Temporal was silent: the connection is replaced', { afterMs: SILENT_AFTER_QUESTIONS * ASK_EVERY_MS });
    soon(connection, () => connection.workflowService.getSystemInfo({}), ASK_EVERY_MS).catch(() => undefined);
  }, ASK_EVERY_MS).unref();
  return {
    connection,
    async close() {
      clearInterval(keepAsking);
      await connection.close();
      relay.close();
    },
  };
}

/** @param failure - Why there was not even a connection to its port, or no answer. */
async function explained(error: unknown, options: NativeConnectionOptions, failure: string | null): Promise<Error> {
  const said = messageOf(error);
  const refused = /authentication|unauthenticated|permission/i.test(said)
    ? 'it refuses the caller: check TEMPORAL_API_KEY'
    : await whyUnreachable(options);
  const unavailable = failure ?? whyUnavailable(error);
  const message = `Cannot connect to Temporal at ${options.address}: ${refused ?? unavailable ?? said}`;
  if (refused === null && unavailable !== null) return new TemporalUnreachableError(message, { cause: error });
  return new Error(message, { cause: error });
}
