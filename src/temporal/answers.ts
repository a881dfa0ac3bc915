/** What every question to Temporal has: a time within which it is answered, and a gRPC status where it is not. */
import { isGrpcServiceError, type ConnectionLike } from '@temporalio/client';

const ANSWER_WITHIN_MS = 10_000;

export const GRPC = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  UNAVAILABLE: 14,
} as const;

export interface GrpcStatus {
  code: number;
  details: string;
}

/** Asks with the deadline that the SDK's own calls lack. */
export function soon<Result>(
  connection: ConnectionLike,
  ask: () => Promise<Result>,
  withinMs = ANSWER_WITHIN_MS,
): Promise<Result> {
  return connection.withDeadline(Date.now() + withinMs, ask);
}

/**
 * Temporal's client wraps some gRPC errors and leaves others bare; null where the error is neither. The class does not
 * distinguish them: `instanceof ServiceError` holds for a bare error of a NativeConnection, too, which has no cause.
 */
export function grpcStatus(error: unknown): GrpcStatus | null {
  const status = isGrpcServiceError(error) ? error : error instanceof Error ? error.cause : null;
  return isGrpcServiceError(status) ? { code: Number(status.code), details: status.details } : null;
}
