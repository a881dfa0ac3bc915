/** What a bot imports. */
export {
  OrderSyncClient,
  type AskOptions,
  type ClientOptions,
  type ConnectOptions,
  type OrderCallOptions,
  type ResolveOptions,
} from './client.ts';
export {
  TradeReader,
  type BlockingOrder,
  type CanTrade,
  type MovedOut,
  type TradeDetails,
  type TradeFilter,
  type TradePage,
  type TradeReaderOptions,
} from './trade-reader.ts';
export { encryptedPayloads } from '../encryption/payload-codec.ts';
export { Brake, type Halt, type HaltedOrder, type HaltOptions, type ResumeOptions } from './brake.ts';
export { TradeOperator, type ManyOptions, type OrderFilter } from './trade-operator.ts';
export type { EventOptions, LoggedEvent } from './follow-events.ts';
export type { CallOptions } from './retry.ts';
export {
  ClientOrderIdConflictError,
  HttpRefusedError,
  HttpUnavailableError,
  InvalidOrderRequestError,
  InvalidQueryError,
  InvalidResolutionError,
  OrderEndedError,
  OrderNotFoundError,
  OrderSyncError,
  OrderWorkflowStoppedError,
  PayloadKeyMissingError,
  PlacementHaltedError,
  ResolveRefusedError,
  RETRYABLE,
  TemporalRefusedError,
  TemporalUnavailableError,
  WaitTimeoutError,
  WorkerUnavailableError,
  type OrderSyncErrorCode,
} from './errors.ts';
export type { CommandResult, Outcome } from '../domain/order/command-result.ts';
export type { Fill } from '../domain/order/exchange-order.ts';
export type { FieldError } from '../domain/field-error.ts';
export type { OrderConfiguration } from '../domain/order/order-configuration.ts';
export type { OrderRequest } from '../domain/order/order-request.ts';
export { DEFAULT_POLICY, POLICY_BOUNDS, type OrderPolicy } from '../domain/order/policy.ts';
export {
  isEnded,
  type Layer,
  type OrderStateName,
  type Side,
  type Trade,
  type TradeStatus,
} from '../domain/order/trade.ts';
export type { TradeEvent } from '../domain/order/trade-event.ts';
export type { OrderOutcome, OrderState } from '../domain/order/order-state.ts';
export type { SyncReport, SyncSide } from '../domain/order/sync-report.ts';
