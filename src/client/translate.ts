/** Makes one of the client's errors of whatever Temporal's client throws, so that a bot never has to know gRPC. */
import {
  ApplicationFailure,
  CancelledFailure,
  isGrpcServiceError,
  NamespaceNotFoundError,
  ServiceError,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { isRecord, type FieldError } from '../domain/field-error.ts';
import { PayloadKeyError } from '../encryption/payload-codec.ts';
import {
  ClientOrderIdConflictError,
  InvalidOrderRequestError,
  InvalidResolutionError,
  OrderNotFoundError,
  OrderWorkflowStoppedError,
  PayloadKeyMissingError,
  PlacementHaltedError,
  ResolveRefusedError,
  TemporalRefusedError,
  TemporalUnavailableError,
  WorkerUnavailableError,
} from './errors.ts';

/** What the words of an error need to know. */
export interface Context {
  clientOrderId: string;
  taskQueue: string;
  /** `Temporal at 127.0.0.1:7233, namespace default`. */
  temporal: string;
}

/** gRPC status codes, by the numbers of its specification. */
const GRPC = {
  INVALID_ARGUMENT: 3,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNAUTHENTICATED: 16,
};

/** The error to throw. What is not Temporal's is a defect, and answered as it is. */
export function translate(error: unknown, context: Context): unknown {
  const { clientOrderId, temporal } = context;
  if (error instanceof PayloadKeyError) return new PayloadKeyMissingError(error.message);
  if (error instanceof WorkflowNotFoundError) return new OrderNotFoundError(clientOrderId);
  if (error instanceof WorkflowFailedError) return ofFailure(error.cause, context) ?? stopped(error, context);
  if (error instanceof WorkflowUpdateFailedError) return ofFailure(error.cause, context) ?? error;
  if (error instanceof NamespaceNotFoundError) {
    return new TemporalRefusedError(`${temporal}: the namespace does not exist; give the name of one that does`);
  }
  // Temporal's client wraps some gRPC errors and leaves others bare.
  const grpcError = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(grpcError)) return ofStatus(grpcError.code, grpcError.details, context);
  return error instanceof ServiceError ? unreachable(temporal) : error;
}

/** @param reason - What the system says, where it says anything. */
export function unreachable(temporal: string, reason = 'no answer'): TemporalUnavailableError {
  return new TemporalUnavailableError(
    `${temporal} cannot be reached (${reason}): check the address and that the server runs`,
  );
}

function ofStatus(code: number, details: string, { taskQueue, temporal }: Context): Error {
  switch (code) {
    case GRPC.FAILED_PRECONDITION:
      return new WorkerUnavailableError(taskQueue);
    case GRPC.UNAUTHENTICATED:
    case GRPC.PERMISSION_DENIED:
      return new TemporalRefusedError(`${temporal} refuses the caller: check the API key or the TLS certificate`);
    case GRPC.INVALID_ARGUMENT:
      return new TemporalRefusedError(`${temporal} refuses the request: ${details}`);
    case GRPC.RESOURCE_EXHAUSTED:
      return new TemporalUnavailableError(`${temporal} is overloaded: ask more rarely, or raise its limits`);
    default:
      return unreachable(temporal);
  }
}

function ofFailure(cause: Error | undefined, { clientOrderId }: Context): Error | null {
  if (!(cause instanceof ApplicationFailure)) return null;
  switch (cause.type) {
    case 'ClientOrderIdConflict':
      return new ClientOrderIdConflictError(clientOrderId, fieldsOf(cause, 'request'));
    case 'InvalidOrderRequest':
      return new InvalidOrderRequestError(fieldsOf(cause, 'request'));
    case 'PlacementHalted':
      return new PlacementHaltedError(clientOrderId, cause.message);
    case 'ResolveRefused':
      return new ResolveRefusedError(clientOrderId, cause.message);
    case 'InvalidResolution':
      return new InvalidResolutionError(fieldsOf(cause, 'resolution'));
    default:
      return null;
  }
}

function fieldsOf(failure: ApplicationFailure, whole: string): FieldError[] {
  const fields: unknown = failure.details?.[0];
  if (Array.isArray(fields) && fields.every(isRecord)) return fields as unknown as FieldError[];
  return [{ field: whole, message: failure.message }];
}

function stopped({ cause }: WorkflowFailedError, { clientOrderId }: Context): Error {
  const how =
    cause instanceof TerminatedFailure
      ? `terminated: ${cause.message}`
      : cause instanceof CancelledFailure
        ? 'cancelled'
        : cause instanceof TimeoutFailure
          ? 'timed out'
          : `failed: ${cause?.message ?? 'no reason given'}`;
  return new OrderWorkflowStoppedError(clientOrderId, how);
}
