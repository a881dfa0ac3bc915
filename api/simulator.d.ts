import { default as Big_2 } from 'big.js';
import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';

/** An entry of `edit_history`. */
declare interface AcceptedEdit {
    price: string;
    size: string;
    /** Unix milliseconds. */
    at: number;
}

/** What the exchange knows of a key. */
export declare interface AcceptedKey {
    /** `organizations/{uuid}/apiKeys/{uuid}`. */
    name: string;
    publicKeyPem: string;
    /** Default true; if false, every order and cancel is answered with 403. */
    canTrade?: boolean;
}

declare class Account {
    #private;
    constructor(start: Readonly<Record<string, string>>);
    balance(currency: string): Balance;
    balances(): Balance[];
    /** Moves from what is free to what is held; a negative amount moves back. */
    hold(currency: string, amount: Decimal): void;
    credit(currency: string, amount: Decimal): void;
    debit(currency: string, amount: Decimal): void;
}

export declare type ActiveFault = ActiveRule<FaultRule>;

export declare type ActivePushFault = ActiveRule<PushFaultRule>;

/** A rule, and how often it was applied. */
declare type ActiveRule<Rule> = Rule & {
    id: string;
    /** Matching occasions, and those of them on which the fault happened. */
    seen: number;
    hits: number;
    /** Unix milliseconds; null for a rule without `forMs`. */
    endsAt: number | null;
};

declare class Agenda {
    #private;
    constructor(clock: Clock, act: (order: Order, action: OrderAction) => void);
    /** Carries out the steps up to the first that has a wait, and schedules the rest. */
    run(order: Order, steps: readonly PlanStep[]): void;
    /** A step that is overdue is carried out at once. */
    add(scheduledStep: ScheduledStep): void;
    /** The earliest first. */
    scheduled(): ScheduledStep[];
}

declare interface ApiAnswer {
    status: number;
    /** A string is sent as it is, anything else as JSON. */
    body: unknown;
    /** Default: application/json or text/plain, depending on the body. */
    contentType?: string;
}

declare interface ApiCall {
    endpoint: Endpoint;
    /** The id in the path, or empty. */
    id: string;
    query: URLSearchParams;
    /** As it was received. */
    body: string;
    /** Unix milliseconds. */
    receivedAt: number;
    /** Whether the key may trade. */
    canTrade: boolean;
    /** The ledger's record of it, if it posts an order. */
    post: PostRecord | null;
}

declare interface Balance {
    currency: string;
    available: Decimal;
    hold: Decimal;
}

export declare interface CancelRecord {
    readonly orderId: string;
    readonly at: string;
    readonly success: boolean;
    readonly failureReason: string;
}

declare interface CancelResult {
    success: boolean;
    failureReason: string;
}

declare interface Candle {
    /** Unix seconds. */
    start: number;
    open: Decimal;
    high: Decimal;
    low: Decimal;
    close: Decimal;
    volume: Decimal;
}

/** A self-signed certificate for clients that accept only https. They must be told to trust it. */
export declare interface Certificate {
    certificatePem: string;
    privateKeyPem: string;
}

/** Called after each change of an order. The order is changed in place later: copy what is to be kept. */
export declare type ChangeListener = (order: Order) => void;

/** What a client may subscribe to. Coinbase has its market data channels at another endpoint, which is not simulated. */
declare type Channel = (typeof CHANNELS)[number];

declare interface ChannelInterceptor {
    /** True if a new connection is refused. */
    refusesConnection(): boolean;
    /** True if a subscription is refused although the token is good. */
    refusesSubscription(channel: Channel): boolean;
    /** The updates that report a changed order: without a fault one, with the order as it is. */
    updatesOf(order: Order): UserView[];
    /** True if the snapshot leaves the order out. */
    leavesOut(order: Order): boolean;
    /** Null for a message that is sent as it is. */
    onMessage(message: Message): MessageFault | null;
}

declare interface ChannelOptions {
    /** A connection without a subscription is closed after this. */
    subscribeWithinMs: number;
    /** A connection on which nothing was sent for this long is closed; heartbeats keep it open. */
    quietCloseMs: number;
}

declare interface ChannelParts {
    exchange: Exchange;
    keys: Keys;
    clock: Clock;
    interceptor: ChannelInterceptor;
}

declare const CHANNELS: readonly ['user', 'heartbeats'];

/** The exchange's time, and its timers, which are all cleared when it is closed. */
declare class Clock {
    #private;
    /** How far it is ahead of this machine's; negative where it is behind. */
    offsetMs: number;
    now(): number;
    /** Runs `action` after `delayMs`, unless the clock is closed before. */
    after(delayMs: number, action: () => void): void;
    /** Runs `action` again and again until the clock is closed. */
    every(intervalMs: number, action: () => void): void;
    /** Never resolves if the clock is closed before. */
    sleep(delayMs: number): Promise<void>;
    close(): void;
}

/** A field that is left out matches all. */
declare interface CommonMatch {
    clientOrderId?: string;
    clientOrderIdPrefix?: string;
    /** Let this many matching occasions pass first. */
    skip?: number;
    /** End after this many faults. */
    times?: number;
    /** 0 to 1, decided by the seed; default 1. */
    probability?: number;
    /** End this long after the rule was added. */
    forMs?: number;
}

/** For the names of loopback. Python requires extensions that other clients do not need. */
export declare function createCertificate(): Promise<Certificate>;

/** A new ES256 key, to be listed in `SimulatorOptions.keys` and given to the client. */
export declare function createKey(): NewKey;

declare type Decimal = Big_2;

declare interface Edit {
    orderId: string;
    price: unknown;
    size: unknown;
}

declare type Endpoint = (typeof ENDPOINTS)[number];

declare const ENDPOINTS: readonly ['createOrder', 'cancelOrders', 'getOrder', 'listOrders', 'listFills', 'previewOrder', 'editOrder', 'previewEdit', 'listProducts', 'getProduct', 'getBestBidAsk', 'getProductBook', 'listMarketTrades', 'listCandles', 'listAccounts', 'getAccount', 'listPortfolios', 'getPortfolio', 'getTransactionSummary', 'getKeyPermissions', 'getTime', 'listCurrencies'];

declare const EVENTS: readonly ['snapshot', 'patch', 'update'];

export declare class Exchange {
    #private;
    readonly account: Account;
    readonly store: OrderStore;
    readonly market: Market;
    readonly tape: Tape;
    readonly fees: FeeRates;
    readonly plans: Plans;
    /** Resting orders without a plan, which fill when their price is reached. */
    readonly book: Set<Order>;
    readonly agenda: Agenda;
    constructor(options: ExchangeOptions, clock: Clock);
    /** Grows with every change that is worth saving: with all but the steps of the prices that reach no order. */
    get revision(): number;
    /** Sets what happens to orders that are placed from now on. Throws InvalidArgument for a malformed plan. */
    setPlan(target: PlanTarget, plan: OrderPlan): void;
    clearPlans(): void;
    /**
     * Places an order, or returns the one with this client order id, whatever else the request says. A refused order
     * leaves its client order id unused. `createdAt` (Unix milliseconds) backdates it. Throws OrderRefused or InvalidArgument.
     */
    place(request: NewOrder, createdAt?: number): {
        order: Order;
        replayed: boolean;
    };
    /** Requests a cancel. Success means that the request was accepted, not that the order is cancelled. */
    requestCancel(orderId: string): CancelResult;
    /** Changes price and size of an open limit order, which keeps its id. Throws EditRefused. */
    edit(edit: Edit): void;
    /** The order's configuration and terms as the edit would leave them. Throws EditRefused. */
    previewEdit(edit: Edit): Pick<Order, 'configuration' | 'terms'>;
    /** Carries out an action on an order now. Returns false if nothing changed: the order had ended, or there is no fill to reverse. Throws NotFound. */
    act(orderId: string, action: OrderAction): boolean;
    /** Sets the price of a product's book; orders whose price is reached are filled at once. */
    setPrice(productId: string, price: string): void;
    /** Throws NotFound. */
    product(productId: string): Product;
    /** Returns a function that removes the listener. */
    onChange(listener: ChangeListener): () => void;
}

export declare interface ExchangeOptions {
    seed: number;
    /** Currency to amount. */
    balances: Readonly<Record<string, string>>;
    takerFeeRate: string;
    makerFeeRate: string;
    /** How often the prices move; 0 is never. */
    tickMs: number;
    /** How long a market order without a plan waits for its fill; 0 fills it within the POST. */
    marketFillMs: number;
    /** How long after a cancel request the order is cancelled. */
    cancelMs: number;
    /** Report orders on an alias (BTC-USDC) under the product whose book it shares (BTC-USD). */
    reportAliasAsBook: boolean;
}

export declare type FaultAction = 
/** Cut the connection. */
    {
    kind: 'reset';
    when: When;
}
/** Never answer. */
| {
    kind: 'hang';
    when: When;
}
/** Before: the call reaches the core late, even if the client has disconnected. After: the answer is late. */
| {
    kind: 'delay';
    when: When;
    ms: number;
}
/** Answer with any status and body: JSON, or a string as it is (HTML, `N/A`). */
| {
    kind: 'answer';
    when: When;
    status: number;
    body: unknown;
    contentType?: string;
}
/** Refuse a new order with `success: false`, before the core sees it. */
| {
    kind: 'refuse';
    code: string;
    message?: string;
}
/** Send the first half of the answer's body. */
| {
    kind: 'truncate';
}
/** Orders younger than `ms` are not found and not listed; fills younger than `ms` are not listed. */
| {
    kind: 'lag';
    ms: number;
}
/** Orders are not found and not listed; fills are not listed. Without an order named: empty lists. */
| {
    kind: 'omit';
}
/** Show each order or fill of a list twice. */
| {
    kind: 'repeat';
}
/** Replace these fields of each order or fill in the answer: a wrong status, an empty string, an unknown field. */
| {
    kind: 'patch';
    fields: Record<string, unknown>;
};

/**
 * The calls that a rule applies to; a field that is left out matches all. The order of a call is the one that is posted,
 * or named in the path, the body or `order_ids`. Faults that change rows (`lag`, `omit`, `repeat`, `patch`) change this order's rows
 * only, in any list.
 */
export declare interface FaultMatch extends CommonMatch {
    endpoint?: Endpoint;
}

export declare interface FaultRule {
    match: FaultMatch;
    do: FaultAction;
}

export declare class Faults extends RuleBook<FaultRule> implements Interceptor {
    #private;
    constructor(seed: number, clock: Clock, store: OrderStore);
    before(call: ApiCall): Promise<Intervention>;
    after(call: ApiCall, truth: ApiAnswer): Promise<Intervention>;
}

declare interface FeeRates {
    taker: Decimal;
    maker: Decimal;
}

declare interface Fill {
    readonly sequence: number;
    readonly entryId: string;
    /** Shared by a FILL and the rows that correct it. */
    readonly tradeId: string;
    readonly order: Order;
    readonly tradeTime: number;
    readonly tradeType: 'FILL' | 'REVERSAL' | 'CORRECTION' | 'SYNTHETIC';
    readonly price: Decimal;
    /** In the base currency, always above zero. */
    readonly size: Decimal;
    readonly commission: Decimal;
    readonly liquidity: 'MAKER' | 'TAKER';
}

/** Stands between the HTTP server and the core, and injects faults. */
declare interface Interceptor {
    /** Before the core sees the call. Anything but `pass` keeps it from the core. May wait: the call is handled afterwards, even if the client has disconnected. */
    before(call: ApiCall): Promise<Intervention>;
    /** After the core has handled the call: only the answer can still change. */
    after(call: ApiCall, answer: ApiAnswer): Promise<Intervention>;
}

/** How a call continues: normally, with another answer, with the connection cut, or without any answer. */
declare type Intervention = {
    kind: 'pass';
} | {
    kind: 'answer';
    answer: ApiAnswer;
} | {
    kind: 'reset';
} | {
    kind: 'hang';
};

/** The errors that the exchange answers with. */
/** HTTP 400 `INVALID_ARGUMENT`: the request itself is malformed. */
export declare class InvalidArgument extends Error {
    readonly name = "InvalidArgument";
}

declare class Keys {
    #private;
    /** `now`: the exchange's time, Unix milliseconds. Throws if a key is not a public key in PEM. */
    constructor(keys: readonly AcceptedKey[], now: () => number);
    /** Accepts the key from now on. Throws if it is not a public key in PEM. */
    accept({ name, publicKeyPem, canTrade }: AcceptedKey): void;
    /** Its requests get 401 from now on; a WebSocket that has subscribed with it stays open. */
    revoke(name: string): void;
    /**
     * The key that signed the token, or null if the token is not valid. `request` is what the `uri` claim (or the first of `uris`) must name; a
     * token without a request (for the WebSocket) must have no such claim.
     */
    verify(token: string, request: {
        method: string;
        path: string;
    } | null): Promise<{
        canTrade: boolean;
    } | null>;
}

export declare class Ledger {
    #private;
    constructor(store: OrderStore);
    /** Grows with every record, except those that only count requests. */
    get revision(): number;
    /** How often an order with this client order id was posted, answered or not. */
    postCount(clientOrderId: string): number;
    /** The POSTs of one client order id, or all of them; oldest first. */
    posts(clientOrderId?: string): readonly PostRecord[];
    /** Oldest first; a refused order is not an order. */
    orders(): LedgerOrder[];
    order(orderId: string): LedgerOrder | undefined;
    orderByClientId(clientOrderId: string): LedgerOrder | undefined;
    fills(): LedgerFill[];
    /** The cancel requests for one order, or all of them; oldest first. */
    cancels(orderId?: string): readonly CancelRecord[];
    /** Requests that arrived, of one endpoint or of all. */
    requestCount(endpoint?: string): number;
    /** The largest number of requests that arrived within any one second. */
    busiestSecond(): number;
    toJSON(): object;
    /** For the HTTP interface. */
    recordRequest(endpoint: string, at: number): void;
    /** For the HTTP interface, which records the outcome afterwards. */
    recordPost(clientOrderId: string | null, body: string, at: number): PostRecord;
    /** For the HTTP interface: what the core made of a POST. */
    recordOutcome(post: PostRecord, outcome: PostRecord['outcome'], reason: string | null, at: number): void;
    /** For the HTTP interface. */
    recordCancel(cancel: CancelRecord): void;
    /** Continues from the records of an earlier ledger of the same exchange. */
    restore({ posts, cancels, requests, busiestSecond }: LedgerRecords): void;
    /** Everything that is not recorded in the orders themselves. */
    records(): LedgerRecords;
}

export declare interface LedgerFill {
    entryId: string;
    tradeId: string;
    orderId: string;
    tradeType: string;
    tradeTime: string;
    price: string;
    size: string;
    commission: string;
}

export declare interface LedgerOrder {
    orderId: string;
    clientOrderId: string;
    productId: string;
    side: string;
    configuration: Readonly<Record<string, unknown>>;
    status: string;
    filledSize: string;
    filledValue: string;
    totalFees: string;
    fillCount: number;
    createdAt: string;
    lastFillAt: string | null;
    purged: boolean;
    fills: LedgerFill[];
}

/** What only the ledger records, as plain JSON. */
declare interface LedgerRecords {
    readonly posts: readonly PostRecord[];
    readonly cancels: readonly CancelRecord[];
    /** Endpoint to number of requests. */
    readonly requests: Readonly<Record<string, number>>;
    readonly busiestSecond: number;
}

export declare interface Limits extends ListingLimits {
    /** More requests within a second get 429; null for no limit. */
    requestsPerSecond: number | null;
}

/** Limits of the list of orders that only Coinbase's older documentation mentions. */
export declare interface ListingLimits {
    /** Whether OPEN can be requested together with other statuses; if not, that is answered with 400. */
    openCombines: boolean;
    /** A list of OPEN orders ends after this many (1000), and does not say that there are more; null for all. */
    maxOpenOrders: number | null;
}

declare class Market {
    #private;
    constructor(seed: number);
    price(product: Product): Decimal;
    setPrice(product: Product, price: Decimal): void;
    /** Where the walk stands: the number of steps so far, and the price of every book. */
    position(): {
        steps: number;
        prices: Record<string, string>;
    };
    /** Continues from a position; a book that is not named keeps its price. */
    restore(steps: number, prices: ReadonlyMap<string, Decimal>): void;
    /** Moves every price by one step; up and down are equally likely. */
    step(): void;
}

/** A message to a client before it has its sequence number. */
declare interface Message {
    channel: Channel | 'subscriptions';
    /** Of the `user` channel; null for the others. */
    event: 'snapshot' | 'patch' | 'update' | null;
    /** The orders that it reports. */
    orders: readonly UserView[];
    /** The one element of `events`. */
    content: object;
}

declare const MESSAGE_CHANNELS: readonly ["user", "heartbeats", "subscriptions"];

/** What becomes of a message on its way to one client. */
declare type MessageFault = 
/** Not sent; its sequence number is missing. */
    {
    kind: 'drop';
}
/** Sent twice under one sequence number. */
| {
    kind: 'duplicate';
}
/** Sent after the next message, which has the higher sequence number. */
| {
    kind: 'swap';
}
/** Sent late, out of date by then; it gets its sequence number when it is sent, and others overtake it. */
| {
    kind: 'delay';
    ms: number;
}
/** Cut in half, so that it is not valid JSON and has no readable sequence number. */
| {
    kind: 'truncate';
}
/** The connection is closed instead: with this code, or by default without a close frame. */
| {
    kind: 'close';
    code?: number;
}
/** Neither this nor any later message is sent, not even heartbeats; the connection stays open. */
| {
    kind: 'silence';
}
/** An error message is sent first, by default the one for a bad token; the connection stays open. */
| {
    kind: 'error';
    message?: string;
};

export declare interface NewKey {
    name: string;
    /** SEC1, `BEGIN EC PRIVATE KEY`, as Coinbase gives it. */
    privateKeyPem: string;
    publicKeyPem: string;
}

declare interface NewOrder {
    clientOrderId: string;
    productId: string;
    side: Side;
    configuration: Record<string, unknown>;
}

/** HTTP 404: no order (or product) has this id. */
export declare class NotFound extends Error {
    readonly name = "NotFound";
}

declare interface Order {
    /** Position in the order of creation, from 0. */
    readonly sequence: number;
    readonly orderId: string;
    readonly clientOrderId: string;
    readonly product: Product;
    /** The product's id in answers; BTC-USD for BTC-USDC when the simulator is told to report aliases so. */
    readonly reportedProductId: string;
    readonly side: Side;
    /** As it was sent or last edited. */
    configuration: Readonly<Record<string, unknown>>;
    terms: OrderTerms;
    /** Unix milliseconds, as all times here. */
    readonly createdAt: number;
    /** The price at which the account is charged in advance: the limit, or the market's when it was placed. */
    holdPrice: Decimal;
    /** True once it rests in the book: from then on it is filled as a maker, at the limit price. */
    resting: boolean;
    updatedAt: number;
    lastFillAt: number | null;
    /** A status of Coinbase's, or any other that a plan sets. */
    status: string;
    filledSize: Decimal;
    filledValue: Decimal;
    totalFees: Decimal;
    fillCount: number;
    /** The balance still held for it: quote currency for BUY, base currency for SELL. */
    held: Decimal;
    /** The stop price was reached. */
    triggered: boolean;
    pendingCancel: boolean;
    rejectReason: string;
    rejectMessage: string;
    cancelMessage: string;
    /** Oldest first. */
    edits: readonly AcceptedEdit[];
    /** The exchange no longer shows it; the ledger does. */
    purged: boolean;
}

/** What can be done to an order, by a plan or at once. */
export declare type OrderAction = 
/** From PENDING, QUEUED or any other status to OPEN. */
    {
    do: 'open';
}
/**
* Fills `size` (base currency), or `part` of the order (0.5 is half), or all that remains; the order is FILLED when
* nothing remains. The default price is the limit price for makers, and the market price for takers, unless the limit
* is better. A SYNTHETIC fill is one that the exchange adds by itself; it can come after the order's end and does not
* change its status.
*/
| {
    do: 'fill';
    size?: string;
    part?: string;
    price?: string;
    tradeType?: 'FILL' | 'SYNTHETIC';
}
/** FILLED, whatever its filled size is. */
| {
    do: 'complete';
} | {
    do: 'cancel';
    message?: string;
} | {
    do: 'expire';
}
/** FAILED, with a reject_reason (default HOLD_FAILURE) and a reject_message. */
| {
    do: 'fail';
    reason?: string;
    message?: string;
}
/** Any status, in Coinbase's documentation or not. */
| {
    do: 'status';
    status: string;
}
/** Reverses the last fill with a REVERSAL row; with `correctedSize` a CORRECTION row follows. Both have its trade_id. */
| {
    do: 'reverse';
    correctedSize?: string;
}
/** The exchange forgets the order and its fills: it answers 404, and lists neither. The ledger keeps both. */
| {
    do: 'purge';
};

declare type OrderKind = 'market' | 'limit' | 'stop-limit' | 'bracket' | 'twap';

export declare interface OrderPlan {
    /** Refuse the order: none is created. */
    refuse?: {
        /** A NewOrderFailureReason, or the `error` of an HTTP error. */
        code: string;
        message?: string;
        previewReason?: string;
        /** 200 (default) answers `success: false`; 400 answers an INVALID_ARGUMENT error. */
        httpStatus?: 200 | 400;
    };
    /** Default OPEN. */
    initialStatus?: string;
    /** Default none: the order stays as it is. */
    steps?: readonly PlanStep[];
    /** What a cancel request does; by default the order is cancelled a moment later. */
    onCancel?: {
        /** Answer `success: false` with this failure_reason. The steps are carried out all the same. */
        refuse?: string;
        /** Default none: accepted, and never carried out. */
        steps?: readonly PlanStep[];
    };
}

/** HTTP 200 with `success: false`: a valid request that the exchange refuses. No order is created. */
export declare class OrderRefused extends Error {
    readonly name = "OrderRefused";
    /** A NewOrderFailureReason. */
    readonly reason: string;
    /** A PreviewFailureReason. Coinbase gives some reasons only here, with UNKNOWN_FAILURE_REASON as `reason`. */
    readonly previewReason: string;
    constructor(reason: string, message: string, previewReason?: string);
    /** A refusal whose reason is given only in `preview_failure_reason`. */
    static inPreview(previewReason: string, message: string): OrderRefused;
}

declare class OrderStore {
    #private;
    /** The sequence number of the next order. */
    get nextOrderSequence(): number;
    get nextFillSequence(): number;
    add(order: Order): void;
    addFill(fill: Fill): void;
    /** Updates the index of orders that have not ended; to be called after each change of a status. */
    reindex(order: Order): void;
    byOrderId(orderId: string): Order | undefined;
    byClientOrderId(clientOrderId: string): Order | undefined;
    orders(): readonly Order[];
    unended(): ReadonlySet<Order>;
    fills(): readonly Fill[];
    fillsOf(order: Order): readonly Fill[];
}

/** What an `order_configuration` means. */
declare interface OrderTerms {
    kind: OrderKind;
    timeInForce: TimeInForce;
    /** Null only for a market order sized in quote currency. */
    baseSize: Decimal | null;
    /** Null for an order sized in base currency. */
    quoteSize: Decimal | null;
    /** Null only for a market order. */
    limitPrice: Decimal | null;
    stopPrice: Decimal | null;
    /** Null for orders without a stop price. */
    stopDirection: 'up' | 'down' | null;
    postOnly: boolean;
    /** Unix milliseconds; null unless GTD. */
    endTime: number | null;
}

/** Parses a scenario file. Throws InvalidArgument, naming the field. */
export declare function parseScenario(text: string): Scenario;

declare class Plans {
    #private;
    set(target: PlanTarget, plan: OrderPlan): void;
    clear(): void;
    entries(): {
        target: PlanTarget;
        plan: OrderPlan;
    }[];
    find(clientOrderId: string): OrderPlan | null;
}

/** Waits `afterMs` (default 0) after the previous step, or after the order was accepted. Steps without a wait happen within the POST. */
export declare type PlanStep = OrderAction & {
    afterMs?: number;
};

/** Which orders a plan is for. The exact id wins over prefixes, a longer prefix over a shorter one; the empty prefix matches all. */
export declare type PlanTarget = {
    clientOrderId: string;
} | {
    clientOrderIdPrefix: string;
};

/** One POST of an order as it arrived, even if a fault kept it from the core, or its answer from the client. */
export declare interface PostRecord {
    /** Null if the body has none. */
    readonly clientOrderId: string | null;
    readonly receivedAt: string;
    /** The body as it was received. */
    readonly body: string;
    outcome: 'not-handled' | 'created' | 'replayed' | 'refused' | 'malformed';
    /** When the core handled it; null for `not-handled`. */
    handledAt: string | null;
    /** The reason of a refusal. */
    reason: string | null;
}

declare interface Print {
    tradeId: string;
    price: Decimal;
    size: Decimal;
    /** The maker's. */
    side: Side;
    /** Unix milliseconds. */
    at: number;
}

declare interface Product {
    productId: string;
    baseCurrency: string;
    quoteCurrency: string;
    /** The product whose order book this one shares: Coinbase trades BTC-USDC on the BTC-USD book. Its own id if none. */
    book: string;
    baseIncrement: Decimal;
    baseMinSize: Decimal;
    quoteIncrement: Decimal;
    quoteMinSize: Decimal;
    priceIncrement: Decimal;
    startPrice: Decimal;
}

export declare type PushFaultAction = MessageFault
/** Reject new connections (503), or answer valid tokens with an authentication failure. It matches no order. */
| {
    kind: 'refuse';
    at: 'connect' | 'subscribe';
}
/** Never report the order, and leave no gap in the sequence: not in updates, and not in the snapshot unless `event` says `update`. */
| {
    kind: 'miss';
}
/** Report a filled order as OPEN and 100 % first, then as FILLED. */
| {
    kind: 'open-first';
}
/** Report a filled order twice: with its hold, then without. */
| {
    kind: 'filled-twice';
};

/**
 * The occasions that a rule applies to; a field that is left out matches all. Each message to each client is an occasion;
 * for faults in how an order is reported it is the report, and for `refuse` the connection or the subscription. A message
 * matches if one of its orders does.
 */
export declare interface PushFaultMatch extends CommonMatch {
    channel?: (typeof MESSAGE_CHANNELS)[number];
    /** Of the `user` channel. The batches of a snapshot after the first are each a `patch`. */
    event?: (typeof EVENTS)[number];
    /** Of the order, as it is reported. */
    status?: string;
}

export declare interface PushFaultRule {
    match: PushFaultMatch;
    do: PushFaultAction;
}

export declare class PushFaults extends RuleBook<PushFaultRule> implements ChannelInterceptor {
    #private;
    constructor(seed: number, clock: Clock);
    refusesConnection(): boolean;
    refusesSubscription(channel: Channel): boolean;
    updatesOf(order: Order): UserView[];
    leavesOut(order: Order): boolean;
    onMessage(message: Message): MessageFault | null;
}

/** Allows a number of requests in any second. */
declare class RateLimit {
    #private;
    /** Null lifts the limit. */
    set(requestsPerSecond: number | null): void;
    /** Returns false if the limit is exceeded; the request is not counted then. */
    take(now: number): boolean;
}

/** Throws InvalidArgument, naming the field. */
export declare function readScenario(value: unknown): Scenario;

declare abstract class RuleBook<Rule extends {
    match: CommonMatch;
}> {
    #private;
    /** `read` throws InvalidArgument for a malformed rule. */
    constructor(idPrefix: string, read: (value: unknown) => Rule, seed: number, clock: Clock);
    /** Returns the rule's id. Throws InvalidArgument for a malformed rule. */
    add(given: Rule): string;
    remove(id: string): void;
    clear(): void;
    /** The oldest first. */
    list(): ActiveRule<Rule>[];
    /**
     * Counts a matching occasion, and decides whether the rule's fault happens on it. Chances are drawn per name, so that
     * what happens to one order does not depend on others.
     */
    protected happens(rule: ActiveRule<Rule>, name: string): boolean;
}

export declare interface Scenario {
    plans?: readonly {
        target: PlanTarget;
        plan: OrderPlan;
    }[];
    faults?: readonly FaultRule[];
    pushFaults?: readonly PushFaultRule[];
    limits?: Partial<Limits>;
}

/** The first step is carried out at `dueAt`, the others after it, each after its own wait. */
declare interface ScheduledStep {
    readonly order: Order;
    readonly steps: readonly PlanStep[];
    /** Unix milliseconds. */
    readonly dueAt: number;
}

declare type Side = 'BUY' | 'SELL';

export declare interface Simulator {
    /** `http://127.0.0.1:<port>`, https with a certificate, to be used as COINBASE_REST_URL; the control interface is under `/simulator`. */
    url: string;
    /** `ws://127.0.0.1:<port>`, wss with a certificate, to be used as COINBASE_WS_URL: the channels `user` and `heartbeats`. */
    wsUrl: string;
    /** Plans, actions on orders, prices, and the changes as they happen. */
    exchange: Exchange;
    /** What truly happened. */
    ledger: Ledger;
    /** Faults of the REST interface. */
    faults: Faults;
    /** Faults of the WebSocket. */
    pushFaults: PushFaults;
    /** The WebSocket's connections. */
    userChannel: UserChannel;
    rateLimit: RateLimit;
    /** Accepts further keys, and revokes them. */
    keys: Pick<Keys, 'accept' | 'revoke'>;
    /** A positive `offsetMs` puts it ahead of this machine's clock, a negative one behind it. */
    clock: Pick<Clock, 'offsetMs'>;
    /** Limits of the list of orders, which can be changed at any time. By default OPEN cannot be combined with other statuses, and all open orders are listed. */
    listing: ListingLimits;
    /** Adds plans, faults and limits to those that are set. A malformed scenario sets nothing: throws InvalidArgument, naming the field. */
    play(scenario: Scenario): void;
    /** Ends all timers and connections, even hanging ones, and writes the state file. Throws if that fails. */
    close(): Promise<void>;
}

export declare interface SimulatorOptions extends Partial<ExchangeOptions & ChannelOptions> {
    /** Keys that are accepted from the start; all others get 401. */
    keys: readonly AcceptedKey[];
    /** Default 0: any free port. */
    port?: number;
    /** Default 127.0.0.1. */
    host?: string;
    /** Makes the addresses https and wss. Default none. */
    certificate?: Certificate | null;
    /** More requests within a second than this get 429; default null, no limit. */
    requestsPerSecond?: number | null;
    /**
     * A file that outlives the process: orders, fills, plans, prices, balances and the ledger are read from it, and written
     * to it at most once a second and on `close`. Faults and limits are not kept. Default none: all is forgotten.
     */
    stateFile?: string;
}

/** Starts an exchange. Throws if the port is taken, or the state file is damaged or of another version. */
export declare function startSimulator(options: SimulatorOptions): Promise<Simulator>;

declare class Tape {
    #private;
    record(product: Product, print: Print): void;
    /** Newest first. */
    prints(product: Product): Print[];
    /**
     * One candle for each interval that begins in [from, to], Unix seconds, newest first. Without trades the price stays
     * where it was; before the exchange was started it is the product's start price.
     */
    candles(product: Product, from: number, to: number, intervalSeconds: number): Candle[];
}

declare type TimeInForce = 'GTC' | 'GTD' | 'IOC' | 'FOK';

export declare class UserChannel {
    #private;
    constructor({ exchange, keys, clock, interceptor }: ChannelParts, options: ChannelOptions);
    get connectionCount(): number;
    /** Connections that are subscribed to `user`. */
    get subscriberCount(): number;
    /** For the HTTP server's `upgrade` event. */
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
    /** Drops all connections, and accepts no new ones. */
    close(): void;
}

declare type UserView = ReturnType<typeof userView>;

declare function userView(order: Order): {
    avg_price: string;
    cancel_reason: string;
    client_order_id: string;
    completion_percentage: string;
    contract_expiry_type: string;
    cumulative_quantity: string;
    filled_value: string;
    leaves_quantity: string;
    limit_price: string;
    number_of_fills: string;
    order_id: string;
    order_side: Side;
    order_type: string;
    outstanding_hold_amount: string;
    post_only: string;
    product_id: string;
    product_type: string;
    reject_Reason: string;
    retail_portfolio_id: string;
    risk_managed_by: string;
    status: string;
    stop_price: string;
    time_in_force: string;
    total_fees: string;
    total_value_after_fees: string;
    trigger_status: string;
    creation_time: string;
    end_time: string;
    start_time: string;
};

/** `before` the core sees the call, so that nothing happens there, or `after` it has handled the call. */
declare type When = 'before' | 'after';

export { }
