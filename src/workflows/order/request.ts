/** The request that a run was started with, and how it is refused. */
import { ApplicationFailure, log, workflowInfo } from '@temporalio/workflow';
import { refusalOf, type FieldError } from '../../domain/field-error.ts';
import { workflowIdOf, type CheckedRequest } from '../../domain/order/order-request.ts';

export type SoundRequest = Exclude<CheckedRequest, { kind: 'malformed' }>;

/** Throws ApplicationFailure `InvalidOrderRequest`, which names each wrong field. */
export function requireSound(checked: CheckedRequest): SoundRequest {
  if (checked.kind === 'malformed') throw invalid(checked.errors);
  const { workflowId } = workflowInfo();
  const expected = workflowIdOf(checked.given.clientOrderId);
  if (workflowId !== expected) {
    throw invalid([{ field: 'workflow id', message: `must be ${expected} for this clientOrderId, not ${workflowId}` }]);
  }
  return checked;
}

function invalid(errors: readonly FieldError[]): ApplicationFailure {
  log.warn('the order request is refused', { errors });
  return ApplicationFailure.create(refusalOf('InvalidOrderRequest', errors));
}
