/** Which problem an error is to the caller. Whatever is not named here is a defect of the engine: 500, without details. */
import {
  ClientOrderIdConflictError,
  InvalidOrderRequestError,
  InvalidResolutionError,
  OrderSyncError,
  type FieldError,
} from '../client/index.ts';
import { DatabaseUnavailableError, InvalidPageError } from '../ports/trade-store-error.ts';
import { withSnakeNames } from './order-request.ts';
import { HttpProblem, invalidRequest } from './problem.ts';

export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof OrderSyncError) return ofOrder(error);
  if (error instanceof DatabaseUnavailableError) return new HttpProblem('database-unavailable', error.message);
  if (error instanceof InvalidPageError) return invalidRequest([pageError(error)]);
  return ofFramework(error) ?? ofDefect();
}

function ofOrder(error: OrderSyncError): HttpProblem {
  const { message } = error;
  switch (error.code) {
    case 'InvalidOrderRequest':
    case 'InvalidResolution':
      return invalidRequest(fieldsOf(error));
    case 'ClientOrderIdConflict':
      return new HttpProblem('client-order-id-conflict', message, { errors: fieldsOf(error) });
    case 'PlacementHalted':
      return new HttpProblem('placement-halted', message);
    case 'OrderNotFound':
      return new HttpProblem('unknown-order', message);
    case 'OrderEnded':
      return new HttpProblem('order-ended', message);
    case 'ResolveRefused':
      return new HttpProblem('resolve-refused', message);
    case 'OrderWorkflowStopped':
      return new HttpProblem('workflow-stopped', message);
    case 'WaitTimeout':
      return new HttpProblem('no-answer-in-time', message);
    case 'WorkerUnavailable':
      return new HttpProblem('worker-unavailable', message);
    case 'TemporalUnavailable':
    case 'TemporalRefused':
      return new HttpProblem('temporal-unavailable', message);
    // A caller's of this interface, which does not call itself.
    case 'InvalidQuery':
    case 'PayloadKeyMissing':
    case 'HttpUnavailable':
    case 'HttpRefused':
      return ofDefect();
  }
}

function ofDefect(): HttpProblem {
  return new HttpProblem('internal-error', 'an internal error; search the log of the engine for the request id');
}

function fieldsOf(error: OrderSyncError): FieldError[] {
  const isOfFields =
    error instanceof InvalidOrderRequestError ||
    error instanceof InvalidResolutionError ||
    error instanceof ClientOrderIdConflictError;
  return isOfFields ? error.fields.map(withSnakeNames) : [];
}

/** "limit must be ..." or "cursor is malformed ...": the first word is the field. */
function pageError({ message }: InvalidPageError): FieldError {
  const [field = 'cursor', ...words] = message.split(' ');
  return { field, message: words.join(' ') };
}

/** Fastify's own errors, by their codes. */
function ofFramework(error: unknown): HttpProblem | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new HttpProblem('body-too-large', error.message);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new HttpProblem('unsupported-media-type', 'the body must be JSON, with content-type: application/json');
  }
  const isOfCaller = 'statusCode' in error && error.statusCode === 400;
  return isOfCaller ? new HttpProblem('invalid-request', error.message) : null;
}
