/** What the interface needs of the engine. */
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { OrderCallOptions } from '../client/index.ts';
import type { OrderCommands } from '../commands/carry-out.ts';
import type { Logger } from '../process/log.ts';
import type { OrderRequest } from '../domain/order/order-request.ts';
import type { OrderState } from '../domain/order/order-state.ts';
import type { SyncLook } from '../domain/order/sync-report.ts';
import type { Trade } from '../domain/order/trade.ts';
import type { FeedHealth } from '../domain/feed/feed-health.ts';
import type { EncryptionCodec } from '../encryption/payload-codec.ts';
import type { ClockOffsets, Clocks } from '../ports/clocks.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { HaltStore } from '../ports/halt-store.ts';
import type { HistoryArchive } from '../ports/history-archive.ts';
import type { OrderBoard } from '../ports/order-board.ts';
import type { ReconciliationStore } from '../ports/reconciliation-store.ts';
import type { LeaseList } from '../ports/request-leases.ts';
import type { TradeStore } from '../ports/trade-store.ts';

/** The client's way to the orders' workflows; every method rejects as the client's does. */
export interface OrderClient extends OrderCommands {
  place(request: OrderRequest, options: OrderCallOptions): Promise<OrderState>;
}

/** One look at the exchange; ends with the signal. */
export type LookAtOrder = (order: Pick<Trade, 'clientOrderId' | 'orderId'>, signal: AbortSignal) => Promise<SyncLook>;

/** Each resolves when the part is ready, and rejects with the reason when it is not. */
export interface Readiness {
  temporal(): Promise<void>;
  database(): Promise<void>;
  /** Resolves with what the feed reports about itself. */
  feed(): Promise<FeedHealth>;
  /** Those of the database and of the exchange agree with ours. */
  clocks(): Promise<void>;
}

/** The page `/metrics`, with what the interface itself counts. */
export interface ServedMetrics {
  registry: Registry;
  contentType: string;
  text(): Promise<string>;
}

export interface HttpDependencies {
  trades: TradeStore;
  events: EventLog;
  halts: HaltStore;
  board: OrderBoard;
  reconciliations: ReconciliationStore;
  requestLeases: LeaseList;
  histories: Pick<HistoryArchive, 'backlog' | 'lastArchivedAt'>;
  client: OrderClient;
  lookAtOrder: LookAtOrder;
  readiness: Readiness;
  clocks: Clocks;
  clockOffsets: Pick<ClockOffsets, 'latest'>;
  /** Where Temporal's UI shows the namespace's workflows; null where no UI is known. */
  workflowsUrl: string | null;
  /** The origin of that UI, whose pages may ask the codec. */
  uiOrigin: string | null;
  /** Null where payloads are not encrypted: then there is no codec endpoint. */
  codec: EncryptionCodec | null;
  log: Logger;
  metrics: ServedMetrics;
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
