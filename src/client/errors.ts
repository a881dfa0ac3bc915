/** Everything that can go wrong for a bot, in one closed table. Messages are for people; `code` and `retryable` for programs. */
import { describeFieldErrors, type FieldError } from '../domain/field-error.ts';

/** Whether the same call can succeed when it is repeated unchanged. */
export const RETRYABLE = {
  InvalidOrderRequest: false,
  ClientOrderIdConflict: false,
  PlacementHalted: false,
  OrderNotFound: false,
  OrderEnded: false,
  ResolveRefused: false,
  InvalidResolution: false,
  OrderWorkflowStopped: false,
  WaitTimeout: true,
  WorkerUnavailable: true,
  TemporalUnavailable: true,
  TemporalRefused: false,
  PayloadKeyMissing: false,
  InvalidQuery: false,
  HttpUnavailable: true,
  HttpRefused: false,
} as const;

export type OrderSyncErrorCode = keyof typeof RETRYABLE;

/** What every error of the client is. A call that is aborted rejects with the reason of its AbortSignal instead. */
export abstract class OrderSyncError extends Error {
  readonly code: OrderSyncErrorCode;

  constructor(code: OrderSyncErrorCode, message: string) {
    super(message);
    this.name = `${code}Error`;
    this.code = code;
  }

  /** True when the same call can succeed later. Repeating `place` with the same request is always safe. */
  get retryable(): boolean {
    return RETRYABLE[this.code];
  }
}

/** The request is malformed; nothing was placed. */
export class InvalidOrderRequestError extends OrderSyncError {
  /** Each wrong field, with what would be right. */
  readonly fields: readonly FieldError[];

  constructor(fields: readonly FieldError[]) {
    super('InvalidOrderRequest', `the order request is not valid: ${describeFieldErrors(fields)}`);
    this.fields = fields;
  }
}

/** The client order id belongs to another order, which was not changed. Use a new id. */
export class ClientOrderIdConflictError extends OrderSyncError {
  readonly clientOrderId: string;
  /** The fields that differ from those of the order that has the id. */
  readonly fields: readonly FieldError[];

  constructor(clientOrderId: string, fields: readonly FieldError[]) {
    super(
      'ClientOrderIdConflict',
      `the client order id ${clientOrderId} belongs to another order: ${describeFieldErrors(fields)}`,
    );
    this.clientOrderId = clientOrderId;
    this.fields = fields;
  }
}

/** An operator has halted placing for the bot, or for all; nothing was placed. The message says who, and why. */
export class PlacementHaltedError extends OrderSyncError {
  readonly clientOrderId: string;

  constructor(clientOrderId: string, why: string) {
    super('PlacementHalted', `the order ${clientOrderId} was not placed: ${why}`);
    this.clientOrderId = clientOrderId;
  }
}

/** Neither Temporal nor the engine knows the order. */
export class OrderNotFoundError extends OrderSyncError {
  readonly clientOrderId: string;

  constructor(clientOrderId: string) {
    super('OrderNotFound', `there is no order with the client order id ${clientOrderId}`);
    this.clientOrderId = clientOrderId;
  }
}

/** The order has ended, so there is nothing left to do. */
export class OrderEndedError extends OrderSyncError {
  readonly clientOrderId: string;

  constructor(clientOrderId: string) {
    super('OrderEnded', `the order ${clientOrderId} has ended already`);
    this.clientOrderId = clientOrderId;
  }
}

/** The order cannot be resolved manually now; the message says why. What the exchange showed was recorded. */
export class ResolveRefusedError extends OrderSyncError {
  readonly clientOrderId: string;

  constructor(clientOrderId: string, why: string) {
    super('ResolveRefused', `the order ${clientOrderId} cannot be resolved: ${why}`);
    this.clientOrderId = clientOrderId;
  }
}

/** Somebody ended the order's workflow from outside, so that nobody watches the order. `sync` starts a new one. */
export class OrderWorkflowStoppedError extends OrderSyncError {
  readonly clientOrderId: string;

  constructor(clientOrderId: string, how: string) {
    super(
      'OrderWorkflowStopped',
      `the workflow of order ${clientOrderId} ended without an outcome (${how}), so the order is not watched: ` +
        'a sync starts its workflow again',
    );
    this.clientOrderId = clientOrderId;
  }
}

/** The resolution is malformed; nothing was asked. */
export class InvalidResolutionError extends OrderSyncError {
  /** Each wrong field, with what would be right. */
  readonly fields: readonly FieldError[];

  constructor(fields: readonly FieldError[]) {
    super('InvalidResolution', `the resolution is not valid: ${describeFieldErrors(fields)}`);
    this.fields = fields;
  }
}

/** The time given for the call has passed, and Temporal is there. What was asked for may still happen. */
export class WaitTimeoutError extends OrderSyncError {
  readonly clientOrderId: string;
  readonly timeoutMs: number;

  constructor(clientOrderId: string, taskQueue: string, timeoutMs: number) {
    super(
      'WaitTimeout',
      `no answer from order ${clientOrderId} within ${timeoutMs} ms: allow it more time, ` +
        `and check that a worker serves the task queue ${taskQueue}`,
    );
    this.clientOrderId = clientOrderId;
    this.timeoutMs = timeoutMs;
  }
}

/** Temporal answers, but no worker has asked it for work lately. */
export class WorkerUnavailableError extends OrderSyncError {
  constructor(taskQueue: string) {
    super('WorkerUnavailable', `no worker serves the task queue ${taskQueue}: start one, then try again`);
  }
}

/** Temporal is out of reach or overloaded. */
export class TemporalUnavailableError extends OrderSyncError {
  constructor(message: string) {
    super('TemporalUnavailable', message);
  }
}

/** Temporal answers, but does not accept the caller, the namespace or the request. The message has the remedy. */
export class TemporalRefusedError extends OrderSyncError {
  constructor(message: string) {
    super('TemporalRefused', message);
  }
}

/** What Temporal answers is encrypted with a key that the client has not. The message names it. */
export class PayloadKeyMissingError extends OrderSyncError {
  constructor(why: string) {
    super('PayloadKeyMissing', `the answer cannot be read: ${why}; give the engine's ORDER_SYNC_PAYLOAD_KEYS`);
  }
}

/** The filter of a list is malformed. */
export class InvalidQueryError extends OrderSyncError {
  /** Each wrong field, with what would be right. */
  readonly fields: readonly FieldError[];

  constructor(fields: readonly FieldError[]) {
    super('InvalidQuery', `the query is not valid: ${describeFieldErrors(fields)}`);
    this.fields = fields;
  }
}

/** The HTTP interface is out of reach, overloaded, or without something that it needs itself. */
export class HttpUnavailableError extends OrderSyncError {
  constructor(message: string) {
    super('HttpUnavailable', message);
  }
}

/** Something answers, but does not accept the caller, or is not order-sync's HTTP interface. The message has the remedy. */
export class HttpRefusedError extends OrderSyncError {
  constructor(message: string) {
    super('HttpRefused', message);
  }
}
