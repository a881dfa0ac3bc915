import { Client } from '@temporalio/client';
import { ConnectionOptions } from '@temporalio/client';
import { DataConverter } from '@temporalio/common';

/** Who asks, and why: recorded with the order. Default: nobody, for no reason. */
export declare type AskOptions = OrderCallOptions & Partial<Requester>;

/** The statuses that block a bot on a product. */
declare const BLOCKING_STATUSES: readonly ['placing', 'pending', 'stale'];

export declare type BlockingOrder = OpenTrade;

/** Every method answers the halts in force, oldest first, and is safe to repeat. Errors are those of TradeReader. */
export declare class Brake {
    #private;
    /** Throws TypeError where the URL or the token cannot be one. */
    constructor(options: TradeReaderOptions);
    /** From now on nothing of the bot is placed: `place` rejects with PlacementHaltedError. */
    halt({ botId, requestedBy, reason, cancelOpen, ...options }: HaltOptions): Promise<Halt[]>;
    /** Ends that halt and no other: a bot that is halted by itself stays so when all are resumed. */
    resume({ botId, requestedBy, reason, ...options }: ResumeOptions): Promise<Halt[]>;
    halts(options?: CallOptions): Promise<Halt[]>;
}

export declare interface CallOptions {
    /** Ends the call; it then rejects with the signal's reason. What was asked of the engine may still happen. */
    signal?: AbortSignal | undefined;
    /** How long to wait, in milliseconds. `Infinity` waits without an end. */
    timeoutMs?: number | undefined;
}

/** Advice: `place` never refuses because of it. */
export declare interface CanTrade {
    /** True when nothing blocks. */
    allowed: boolean;
    /** Oldest first, at most 500. */
    blocking: BlockingOrder[];
}

export declare interface ClientOptions {
    /** That of the engine's workers. Default `orders`. */
    taskQueue?: string;
    /** Where Temporal is, as error messages name it. */
    address?: string;
}

/** The client order id belongs to another order, which was not changed. Use a new id. */
export declare class ClientOrderIdConflictError extends OrderSyncError {
    readonly clientOrderId: string;
    /** The fields that differ from those of the order that has the id. */
    readonly fields: readonly FieldError[];
    constructor(clientOrderId: string, fields: readonly FieldError[]);
}

export declare interface CommandResult {
    clientOrderId: string;
    orderId: string | null;
    botId: string;
    productId: string;
    /** When the order was selected. */
    fromStatus: TradeStatus;
    /** As far as is known afterwards. */
    toStatus: TradeStatus | null;
    outcome: Outcome;
    error: string | null;
}

/** Beside these, everything that Temporal's own client takes for its connection: `tls`, `apiKey` and so on. */
export declare interface ConnectOptions extends ConnectionOptions {
    /** Host and port, such as `127.0.0.1:7233`. */
    address: string;
    /** Default `default`. */
    namespace?: string;
    /** That of the engine's workers. Default `orders`. */
    taskQueue?: string;
    /** Who sends: recorded in Temporal's history, and as `sent_by` with the order. Default: process id and host. */
    identity?: string;
    /** Where the engine has payload keys: `encryptedPayloads(keys)`, with the same ones. Default: nothing is encrypted. */
    dataConverter?: DataConverter;
}

export declare const DEFAULT_POLICY: OrderPolicy;

/**
 * How a client of Temporal's encrypts and reads payloads with these keys, `<id>:<key>` one on each line: those of the engine's
 * `ORDER_SYNC_PAYLOAD_KEYS`. Throws an Error that names the wrong line.
 */
export declare function encryptedPayloads(keys: string): DataConverter;

/** Why a trade changed, or why something was recorded although it changed nothing. */
declare type EventCause = 'intent' | 'adopted' | 'post_attempt' | 'post_outcome' | 'accepted' | 'refused' | 'intent_mismatch' | 'not_placed_in_time' | 'placement_halted' | 'placement_unknown' | 'unauthorized' | 'withdrawn' | 'observed' | 'late_observation' | 'unchecked' | 'window_closed' | 'unconfirmed' | 'manual_sync' | 'manual_sync_failed' | 'cancel_requested' | 'cancel_answered' | 'resolved' | 'resolve_refused' | 'corrected' | 'reclaimed' | 'fills' | 'fills_incomplete' | 'unreadable_signal';

export declare interface EventOptions {
    /** The cursor of an event that was read already. Default: from the first; `latest`: only those that are still to come. */
    after?: string | undefined;
    /** Default: of all bots. */
    botId?: string | undefined;
    /** Ends the iteration, which then rejects with its reason. */
    signal?: AbortSignal | undefined;
}

/** Where a fact comes from. */
declare type FactSource = 'bot' | 'operator' | 'post' | 'look' | 'listing' | 'push' | 'sweep' | 'fills' | 'timer' | 'row';

/** One wrong field of a request: where, what is wrong, and by that what would be right. */
export declare interface FieldError {
    /** A path such as `orderConfiguration.market_market_ioc.quote_size`. */
    field: string;
    message: string;
}

export declare interface Fill {
    /** Unique for the row; `tradeId` is not (a REVERSAL or CORRECTION repeats it). */
    entryId: string;
    tradeId: string | null;
    orderId: string;
    tradeTime: string;
    /** FILL, REVERSAL, CORRECTION or SYNTHETIC; an open set. */
    tradeType: string;
    price: string;
    /** In the quote currency when `sizeInQuote`. */
    size: string;
    sizeInQuote: boolean;
    commission: string;
    productId: string | null;
    side: string | null;
    liquidityIndicator: string | null;
    sequenceTimestamp: string | null;
}

/** A halt that is in force. */
export declare interface Halt {
    /** Null: every bot. */
    botId: string | null;
    since: string;
    requestedBy: string;
    /** Who sent it, as the engine knows it: `http:` and the token's name, or the command's user and host. */
    sentBy: string | null;
    reason: string;
    cancelOpen: boolean;
    /** True once every open order that it covers is confirmed ended. */
    flat: boolean;
    /** Those that are not, oldest first, at most 500. */
    open: HaltedOrder[];
}

export declare interface HaltedOrder extends BlockingOrder {
    botId: string;
    /** A cancel is wanted, or was sent and may still take effect. */
    cancelRequested: boolean;
}

export declare interface HaltOptions extends ResumeOptions {
    /** Also cancels every open order that the halt covers, until none is left. Default false. */
    cancelOpen?: boolean | undefined;
}

/** Something answers, but does not accept the caller, or is not order-sync's HTTP interface. The message has the remedy. */
export declare class HttpRefusedError extends OrderSyncError {
    constructor(message: string);
}

/** The HTTP interface is out of reach, overloaded, or without something that it needs itself. */
export declare class HttpUnavailableError extends OrderSyncError {
    constructor(message: string);
}

/** The request is malformed; nothing was placed. */
export declare class InvalidOrderRequestError extends OrderSyncError {
    /** Each wrong field, with what would be right. */
    readonly fields: readonly FieldError[];
    constructor(fields: readonly FieldError[]);
}

/** The filter of a list is malformed. */
export declare class InvalidQueryError extends OrderSyncError {
    /** Each wrong field, with what would be right. */
    readonly fields: readonly FieldError[];
    constructor(fields: readonly FieldError[]);
}

/** The resolution is malformed; nothing was asked. */
export declare class InvalidResolutionError extends OrderSyncError {
    /** Each wrong field, with what would be right. */
    readonly fields: readonly FieldError[];
    constructor(fields: readonly FieldError[]);
}

export declare function isEnded(status: TradeStatus): boolean;

/** The layer of defence that saw the order's end. */
export declare type Layer = (typeof LAYERS)[number];

declare const LAYERS: readonly ['immediate-check', 'monitoring', 'reconciliation', 'manual-sync'];

/** An event, and its place in the log. */
export declare interface LoggedEvent extends TradeEvent {
    cursor: string;
    clientOrderId: string;
    botId: string;
}

/** `timeoutMs` is for each request, which carries at most a hundred orders; 30,000 by default. */
export declare interface ManyOptions extends CallOptions {
    /** Only says which orders would be reached. Default false. */
    dryRun?: boolean | undefined;
}

declare interface MovedOrder extends Requester {
    clientOrderId: string;
    movedAt: string;
    /** Of the bundle's `manifest.json`, in hexadecimal. */
    bundleSha256: string;
    /** How many rows of each kind were moved. */
    events: number;
    fills: number;
    histories: number;
    sentBy: string | null;
}

export declare type MovedOut = Omit<MovedOrder, 'clientOrderId'>;

declare type OpenStatus = (typeof BLOCKING_STATUSES)[number];

/** An order that blocks its bot on its product. */
declare interface OpenTrade {
    /** The exchange's; null until it has accepted the order. */
    orderId: string | null;
    clientOrderId: string;
    status: OpenStatus;
    /** Whole seconds since the order was asked for, by the database's clock. */
    ageSeconds: number;
}

declare const ORDER_STATES: readonly ['placed', 'immediate-check', 'monitoring', 'stale', 'completed', 'closed'];

/** `identity`: for whom the call is made, by somebody who calls for several. Default: the client's own. */
export declare type OrderCallOptions = CallOptions & {
    identity?: string | undefined;
};

export declare type OrderConfiguration = Record<string, Record<string, unknown>>;

/** The order has ended, so there is nothing left to do. */
export declare class OrderEndedError extends OrderSyncError {
    readonly clientOrderId: string;
    constructor(clientOrderId: string);
}

/** Which orders; each field that is given narrows it, and one at least is required. Without a status: the open ones. */
export declare interface OrderFilter<Status extends TradeStatus = OpenStatus> {
    botId?: string | undefined;
    productId?: string | undefined;
    status?: Status | undefined;
    /** Requested at least this long ago. */
    olderThanSeconds?: number | undefined;
    /** Every open order, in place of the other fields. */
    all?: boolean | undefined;
}

/** Neither Temporal nor the engine knows the order. */
export declare class OrderNotFoundError extends OrderSyncError {
    readonly clientOrderId: string;
    constructor(clientOrderId: string);
}

export declare type OrderOutcome = OrderState;

/** How long and how often an order is placed, looked at and watched. All values are whole milliseconds, but for the count of attempts. */
export declare interface OrderPolicy {
    /** How long after `created_at` a POST may be sent, the first included. */
    placeForMs: number;
    /** Layer 1: looks after the placement, the first at once. */
    immediateCheckAttempts: number;
    immediateCheckIntervalMs: number;
    /** Layer 3: how stale our knowledge of a watched order may be. */
    monitorIntervalMs: number;
    /** The monitoring window. */
    monitorForMs: number;
}

export declare interface OrderRequest {
    /** Idempotency key: 1..128 of A-Z a-z 0-9 . _ - */
    clientOrderId: string;
    botId: string;
    productId: string;
    side: Side;
    /** Coinbase's `order_configuration`, exactly one key, untouched. */
    orderConfiguration: OrderConfiguration;
    /** Any subset; the rest has its defaults. */
    policy?: Partial<OrderPolicy> | null;
}

/** The answer of the query `orderState`, and the last of them is the result of `orderWorkflow`. */
export declare interface OrderState {
    clientOrderId: string;
    botId: string;
    productId: string;
    side: Side;
    orderId: string | null;
    state: OrderStateName;
    status: TradeStatus;
    exchangeStatus: string | null;
    filledSize: string;
    averageFilledPrice: string | null;
    totalFees: string | null;
    immediateFill: boolean;
    fillDetectedAt: string | null;
    filledAt: string | null;
    detectedBy: Layer | null;
    fillsComplete: boolean;
    lastCheckedAt: string | null;
    staleSince: string | null;
    reason: string | null;
}

/** Where the machine of an order is. */
export declare type OrderStateName = (typeof ORDER_STATES)[number];

/**
 * Every method rejects with an OrderSyncError (TemporalUnavailableError and WaitTimeoutError can come from any), or with
 * the signal's reason when it is aborted. `timeoutMs` is 10,000 by default where a method does not say otherwise.
 */
export declare class OrderSyncClient {
    #private;
    /** Uses a client of Temporal's that is there already; `close` leaves its connection open. */
    constructor(client: Client, { taskQueue, address }?: ClientOptions);
    /** Rejects with TemporalUnavailableError after 5 s without a connection (`connectTimeout`). */
    static connect(options: ConnectOptions): Promise<OrderSyncClient>;
    /** Closes the connection that `connect` opened. */
    close(): Promise<void>;
    /**
     * Places an order and answers what is known of it within about a second: often its end already (`isEnded`), at least
     * that the intent is committed. Idempotent: the same request again answers the present state of the first order and
     * never places a second one.
     *
     * Rejects with InvalidOrderRequestError, ClientOrderIdConflictError or PlacementHaltedError; then nothing was placed. After any other error
     * the order may have been placed: repeat the call with the same request to learn that.
     */
    place(request: OrderRequest, options?: OrderCallOptions): Promise<OrderState>;
    /** The last committed state, of an ended order too, as long as Temporal keeps it. Rejects with OrderNotFoundError. */
    state(clientOrderId: string, options?: CallOptions): Promise<OrderState>;
    /**
     * The outcome as soon as the order has ended, that is, no longer blocks the bot on its product. Its fills may be listed
     * a moment later (`fillsComplete`). Waits without an end unless `timeoutMs` is given, and outlives absences of Temporal
     * and of the workers. Rejects with OrderNotFoundError, or with OrderWorkflowStoppedError when nobody watches the order
     * any more.
     */
    waitForRelease(clientOrderId: string, options?: CallOptions): Promise<OrderOutcome>;
    /**
     * Asks the exchange now and records what it says, of an ended order too. With the exchange out of reach nothing is
     * changed, and the report's `error` says why. `timeoutMs` is 100,000 by default. Rejects with OrderNotFoundError.
     */
    sync(clientOrderId: string, { requestedBy, reason, ...options }?: AskOptions): Promise<SyncReport>;
    /** As `sync`, but resolves once the request is recorded. */
    requestSync(clientOrderId: string, { requestedBy, reason, ...options }?: AskOptions): Promise<void>;
    /**
     * Records the request to cancel the order; whether it was cancelled or filled first, `waitForRelease` answers. Rejects with
     * OrderNotFoundError, or with OrderEndedError where there is nothing left to cancel.
     */
    cancel(clientOrderId: string, { requestedBy, reason, ...options }?: AskOptions): Promise<void>;
    /**
     * Ends an order that cannot be verified, by an operator's decision. The exchange is asked first: another end that it shows
     * is recorded instead. Safe to repeat: the same resolution again is answered like the first. `timeoutMs` is 100,000 by
     * default. Rejects with InvalidResolutionError, OrderNotFoundError, or ResolveRefusedError where the exchange does not
     * answer or contradicts, or the order has ended.
     */
    resolve(clientOrderId: string, options: ResolveOptions): Promise<OrderState>;
}

/** What every error of the client is. A call that is aborted rejects with the reason of its AbortSignal instead. */
export declare abstract class OrderSyncError extends Error {
    readonly code: OrderSyncErrorCode;
    constructor(code: OrderSyncErrorCode, message: string);
    /** True when the same call can succeed later. Repeating `place` with the same request is always safe. */
    get retryable(): boolean;
}

export declare type OrderSyncErrorCode = keyof typeof RETRYABLE;

/** Somebody ended the order's workflow from outside, so that nobody watches the order. `sync` starts a new one. */
export declare class OrderWorkflowStoppedError extends OrderSyncError {
    readonly clientOrderId: string;
    constructor(clientOrderId: string, how: string);
}

/**
 * `selected`: a dry run would have reached it. A sync left it `updated` or `unchanged`. Its cancel is `requested`, or it
 * had `ended` before. It is `resolved`: `toStatus` says how it ended. The command `failed`: `error` says why.
 */
export declare type Outcome = (typeof OUTCOMES)[number];

declare const OUTCOMES: readonly ['selected', 'updated', 'unchanged', 'requested', 'ended', 'resolved', 'failed'];

/** What Temporal answers is encrypted with a key that the client has not. The message names it. */
export declare class PayloadKeyMissingError extends OrderSyncError {
    constructor(why: string);
}

/** An operator has halted placing for the bot, or for all; nothing was placed. The message says who, and why. */
export declare class PlacementHaltedError extends OrderSyncError {
    readonly clientOrderId: string;
    constructor(clientOrderId: string, why: string);
}

/** Smallest and largest value of each field, both allowed. */
export declare const POLICY_BOUNDS: Record<keyof OrderPolicy, readonly [min: number, max: number]>;

/** Who sent a command, and why, as they say themselves; both may be unknown. */
declare interface Requester {
    requestedBy: string | null;
    reason: string | null;
}

/** How the order shall stand, who says so, and why: all three are required. */
export declare type ResolveOptions = OrderCallOptions & {
    status: 'cancelled' | 'failed';
    requestedBy: string;
    reason: string;
};

/** The order cannot be resolved manually now; the message says why. What the exchange showed was recorded. */
export declare class ResolveRefusedError extends OrderSyncError {
    readonly clientOrderId: string;
    constructor(clientOrderId: string, why: string);
}

export declare interface ResumeOptions extends CallOptions {
    /** Default: the halt of every bot. */
    botId?: string | undefined;
    requestedBy: string;
    reason: string;
}

/** Whether the same call can succeed when it is repeated unchanged. */
export declare const RETRYABLE: {
    readonly InvalidOrderRequest: false;
    readonly ClientOrderIdConflict: false;
    readonly PlacementHalted: false;
    readonly OrderNotFound: false;
    readonly OrderEnded: false;
    readonly ResolveRefused: false;
    readonly InvalidResolution: false;
    readonly OrderWorkflowStopped: false;
    readonly WaitTimeout: true;
    readonly WorkerUnavailable: true;
    readonly TemporalUnavailable: true;
    readonly TemporalRefused: false;
    readonly PayloadKeyMissing: false;
    readonly InvalidQuery: false;
    readonly HttpUnavailable: true;
    readonly HttpRefused: false;
};

export declare type Side = 'BUY' | 'SELL';

/** The answer of the update `syncNow`: what was before, what the exchange said, what is after. */
export declare interface SyncReport {
    orderId: string | null;
    clientOrderId: string;
    requestedBy: string | null;
    reason: string | null;
    before: SyncSide;
    /** Null when the exchange did not answer (`error` says why) or does not know the order. */
    coinbase: {
        status: string;
        filledSize: string;
        averageFilledPrice: string | null;
        totalFees: string | null;
        filledValue: string | null;
        lastFillTime: string | null;
    } | null;
    after: SyncSide;
    changed: boolean;
    syncedAt: string;
    error: string | null;
}

/** A state's part of a SyncReport. */
export declare interface SyncSide {
    state: OrderStateName;
    status: TradeStatus;
    filledSize: string;
    filledAt: string | null;
}

/** Temporal answers, but does not accept the caller, the namespace or the request. The message has the remedy. */
export declare class TemporalRefusedError extends OrderSyncError {
    constructor(message: string);
}

/** Temporal is out of reach or overloaded. */
export declare class TemporalUnavailableError extends OrderSyncError {
    constructor(message: string);
}

export declare interface Trade {
    clientOrderId: string;
    /** The exchange's id; null until the order is known to be accepted. */
    orderId: string | null;
    botId: string;
    productId: string;
    side: Side;
    orderConfiguration: OrderConfiguration;
    policy: OrderPolicy;
    status: TradeStatus;
    /** How many times a POST was about to be sent; committed before each one. */
    postAttempts: number;
    postAttemptedAt: string | null;
    /** How many of the attempts are proven to have created nothing. */
    postDenials: number;
    immediateFill: boolean;
    fillDetectedAt: string | null;
    filledAt: string | null;
    detectedBy: Layer | null;
    filledSize: string;
    averageFilledPrice: string | null;
    filledValue: string | null;
    totalFees: string | null;
    /** True when the recorded fills add up to the filled size (an order without fills has all of them). */
    fillsComplete: boolean;
    reason: string | null;
    staleSince: string | null;
    /** Since when the monitoring window runs; null before `monitoring`. */
    monitoredSince: string | null;
    endedAt: string | null;
    /** As last recorded: Coinbase's word, whether it says that a cancel is pending, and when that was seen. */
    exchangeStatus: string | null;
    pendingCancel: boolean;
    lastCheckedAt: string | null;
    /** Set while a cancel is wanted that has not been sent. */
    cancelRequestedAt: string | null;
    /** When the exchange last took a cancel; it may still take effect for some time after. */
    cancelSubmittedAt: string | null;
    createdAt: string;
    updatedAt: string;
}

declare const TRADE_STATUSES: readonly ["placing", "pending", "stale", "completed", "cancelled", "expired", "failed", "rejected"];

/** Events and fills, oldest first. */
export declare interface TradeDetails extends Trade {
    /** Where its events and fills are, if an operator moved them out of the database; null as a rule. */
    movedOut: MovedOut | null;
    events: TradeEvent[];
    fills: Fill[];
}

/** One change of a trade, or an observation that was noted. */
export declare interface TradeEvent {
    at: string;
    fromStatus: TradeStatus | null;
    toStatus: TradeStatus;
    state: OrderStateName;
    cause: EventCause;
    source: FactSource;
    /** Who asked, as they say themselves. */
    requestedBy: string | null;
    /** Who sent it, as the engine knows it: Temporal's identity of the client, `http:` and the token's name, or the command's. */
    sentBy: string | null;
    reason: string | null;
    /** What was seen. */
    evidence: Record<string, unknown> | null;
}

/** Which trades; each field that is left out lets any pass. */
export declare interface TradeFilter {
    status?: TradeStatus | undefined;
    botId?: string | undefined;
    productId?: string | undefined;
    /** How many at most, 1 to 500. Default 50. */
    limit?: number | undefined;
    /** `nextCursor` of the page before. Default: the newest. */
    cursor?: string | undefined;
}

/**
 * Every method yields the result for each order, newest first, and asks for the next ones as they are taken. Orders
 * that are placed meanwhile are not reached. Safe to repeat. Errors are those of TradeReader; one order that fails is
 * no error.
 */
export declare class TradeOperator {
    #private;
    /** Throws TypeError where the URL or the token cannot be one. */
    constructor(options: TradeReaderOptions);
    sync(filter: OrderFilter<TradeStatus>, options?: ManyOptions & Partial<Requester>): AsyncGenerator<CommandResult, void>;
    cancel(filter: OrderFilter, options?: ManyOptions & Partial<Requester>): AsyncGenerator<CommandResult, void>;
    /** Ends orders that cannot be verified; the exchange is asked about each first. */
    resolve(filter: OrderFilter, { status, ...options }: ManyOptions & {
        status: 'cancelled' | 'failed';
        requestedBy: string;
        reason: string;
    }): AsyncGenerator<CommandResult, void>;
}

/** Newest first. */
export declare interface TradePage {
    items: Trade[];
    /** Null on the last page. */
    nextCursor: string | null;
}

/**
 * Holds no connection, so there is nothing to close. Every method rejects with an OrderSyncError (HttpUnavailableError
 * and HttpRefusedError can come from any), or with the signal's reason when it is aborted. Within `timeoutMs`, 10,000 by
 * default, a question is repeated after errors that can pass.
 */
export declare class TradeReader {
    #private;
    /** Throws TypeError where the URL or the token cannot be one. */
    constructor(options: TradeReaderOptions);
    /** Whether the bot may trade the product, and which open orders block it. Without a product, of all products. */
    canTrade(botId: string, productId?: string, options?: CallOptions): Promise<CanTrade>;
    /** One page of trades. Rejects with InvalidQueryError, which names every wrong field. */
    listTrades(filter?: TradeFilter, options?: CallOptions): Promise<TradePage>;
    /**
     * Every event of every order once, in order of commit, from where `after` says on, and then as they come: an iterator
     * without an end. It outlives broken connections and absences of the engine, and continues where it was; keep the
     * `cursor` of the last event to do the same after a restart of your own. Events are asked for only as fast as they
     * are taken. Rejects with InvalidQueryError, HttpRefusedError, or the signal's reason when it is aborted.
     */
    events(options?: EventOptions): AsyncGenerator<LoggedEvent, never>;
    /** A trade with its events and fills, by its client order id or the exchange's. Rejects with OrderNotFoundError. */
    getTrade(orderId: string, options?: CallOptions): Promise<TradeDetails>;
}

export declare interface TradeReaderOptions {
    /** Of the engine's HTTP interface, such as `http://127.0.0.1:8080`. */
    url: string;
    /** The value of its `ORDER_SYNC_HTTP_TOKEN`. Default: none, as on loopback. It stands in no error and no log. */
    token?: string | undefined;
}

/** What a bot sees. */
export declare type TradeStatus = (typeof TRADE_STATUSES)[number];

/** The time given for the call has passed, and Temporal is there. What was asked for may still happen. */
export declare class WaitTimeoutError extends OrderSyncError {
    readonly clientOrderId: string;
    readonly timeoutMs: number;
    constructor(clientOrderId: string, taskQueue: string, timeoutMs: number);
}

/** Temporal answers, but no worker has asked it for work lately. */
export declare class WorkerUnavailableError extends OrderSyncError {
    constructor(taskQueue: string);
}

export { }
