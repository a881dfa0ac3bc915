import { default as Big_2 } from 'big.js';
import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';

/** As `edit_history` tells it. */
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
    /** Default true; false makes every order and cancel a 403. */
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

/** A rule with what has become of it. */
declare type ActiveRule<Rule> = Rule & {
    id: string;
    /** Occasions that matched, and those of them on which something went wrong. */
    seen: number;
    hits: number;
    /** Unix milliseconds; null for a rule without `forMs`. */
    endsAt: number | null;
};

declare class Agenda {
    #private;
    constructor(clock: Clock, act: (order: Order, action: OrderAction) => void);
    /** Takes the steps up to the first that waits now, and the others in time. */
    run(order: Order, steps: readonly PlanStep[]): void;
    /** A time that has passed means at once. */
    add(scheduledStep: ScheduledStep): void;
    /** The earliest first. */
    scheduled(): ScheduledStep[];
}

declare interface ApiAnswer {
    status: number;
    /** A string is sent as it is, anything else as JSON. */
    body: unknown;
    /** Default by the body: application/json or text/plain. */
    contentType?: string;
}

declare interface ApiCall {
    endpoint: Endpoint;
    /** The id in the path, or empty. */
    id: string;
    query: URLSearchParams;
    /** As it came. */
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

/** A certificate that the machine makes for itself, for clients that insist on https. Nobody trusts it unless told to. */
export declare interface Certificate {
    certificatePem: string;
    privateKeyPem: string;
}

/** Called after each change of an order, with the order as it is at that moment: it is changed in place later. */
export declare type ChangeListener = (order: Order) => void;

/** What a client may subscribe to. The market's channels are another endpoint's business. */
declare type Channel = (typeof CHANNELS)[number];

declare interface ChannelInterceptor {
    /** True if a new connection is refused. */
    refusesConnection(): boolean;
    /** True if a subscription is refused although the token is good. */
    refusesSubscription(channel: Channel): boolean;
    /** What the updates say of an order that has changed: usually how it is, once. */
    updatesOf(order: Order): UserView[];
    /** True if the snapshot leaves the order out. */
    leavesOut(order: Order): boolean;
    /** Null for a message that goes its way. */
    onMessage(message: Message): MessageFault | null;
}

declare interface ChannelOptions {
    /** A connection without a subscription is closed after this. */
    subscribeWithinMs: number;
    /** A connection that nothing was sent on for so long is closed; heartbeats keep it open. */
    quietCloseMs: number;
}

declare interface ChannelParts {
    exchange: Exchange;
    keys: Keys;
    clock: Clock;
    interceptor: ChannelInterceptor;
}

declare const CHANNELS: readonly ['user', 'heartbeats'];

/** The exchange's time and its timers, all of which end with it. */
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

/** What is left out does not restrict. */
declare interface CommonMatch {
    clientOrderId?: string;
    clientOrderIdPrefix?: string;
    /** Leave the first so many matching occasions alone. */
    skip?: number;
    /** End after so many faults. */
    times?: number;
    /** 0 to 1, decided by the seed; default 1. */
    probability?: number;
    /** End so long after the rule was added. */
    forMs?: number;
}

/** For the names that this machine has for itself. Python wants the extensions that other clients do without. */
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
    /** Orders that the prices decide about. */
    readonly book: Set<Order>;
    readonly agenda: Agenda;
    constructor(options: ExchangeOptions, clock: Clock);
    /** Grows with every change but the steps of the prices, of which only the orders that they reach are worth keeping. */
    get revision(): number;
    /** Sets what happens to orders that are placed from now on. Throws InvalidArgument for a malformed plan. */
    setPlan(target: PlanTarget, plan: OrderPlan): void;
    clearPlans(): void;
    /**
     * Places an order, or answers the one that has this client order id, whatever else the request says. A refused order
     * leaves its client order id unused. `createdAt` (Unix milliseconds) backdates it. Throws OrderRefused or InvalidArgument.
     */
    place(request: NewOrder, createdAt?: number): {
        order: Order;
        replayed: boolean;
    };
    /** Asks for a cancel. Success means that it was asked for, not that the order is cancelled. */
    requestCancel(orderId: string): CancelResult;
    /** Changes price and size of an open limit order, which keeps its id. Throws EditRefused. */
    edit(edit: Edit): void;
    /** What the edit would make of the order. Throws EditRefused. */
    previewEdit(edit: Edit): Pick<Order, 'configuration' | 'terms'>;
    /** Does something to an order now. Answers false if nothing changed: the order had ended, or there is no fill to reverse. Throws NotFound. */
    act(orderId: string, action: OrderAction): boolean;
    /** Sets the price of a product's book; the orders that it reaches are filled at once. */
    setPrice(productId: string, price: string): void;
    /** Throws NotFound. */
    product(productId: string): Product;
    /** Answers the function that ends it. */
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
/** Before: the call reaches the core late, even if the client has given up. After: the answer is late. */
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
/** Put these fields over those of each order or fill in the answer: a wrong status, an empty string, an unknown field. */
| {
    kind: 'patch';
    fields: Record<string, unknown>;
};

/**
 * Which calls a rule is for; what is left out does not restrict. The order is the one that the call is about: posted,
 * named in the path, the body or `order_ids`. Faults that change rows (`lag`, `omit`, `repeat`, `patch`) change this order's rows
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

/** Between the HTTP server and the core: here faults are injected. */
declare interface Interceptor {
    /** Before the core sees the call. Anything but `pass` keeps it from the core. May wait: the call is handled afterwards, whether the client is still there or not. */
    before(call: ApiCall): Promise<Intervention>;
    /** After the core has done its work: only the answer can still change. */
    after(call: ApiCall, answer: ApiAnswer): Promise<Intervention>;
}

/** How a call continues: as usual, with another answer, with the connection cut, or with no answer ever. */
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

/** The ways in which the exchange says no. */
/** HTTP 400 `INVALID_ARGUMENT`: the request itself is malformed. */
export declare class InvalidArgument extends Error {
    readonly name = "InvalidArgument";
}

declare class Keys {
    #private;
    /** `now`: the exchange's time, Unix milliseconds. Throws if a key is no public key in PEM. */
    constructor(keys: readonly AcceptedKey[], now: () => number);
    /** From now on. Throws if it is no public key in PEM. */
    accept({ name, publicKeyPem, canTrade }: AcceptedKey): void;
    /** Its requests get 401 from now on; a WebSocket that has subscribed with it stays open. */
    revoke(name: string): void;
    /**
     * The key that signed the token, or null if the token is not good. `request` is what the `uri` claim (or the first of `uris`) must name; a
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
    /** Grows with every record but those of mere requests. */
    get revision(): number;
    /** How often an order with this client order id was posted, answered or not. */
    postCount(clientOrderId: string): number;
    /** Oldest first; of one client order id, or all. */
    posts(clientOrderId?: string): readonly PostRecord[];
    /** Oldest first; refused orders are none. */
    orders(): LedgerOrder[];
    order(orderId: string): LedgerOrder | undefined;
    orderByClientId(clientOrderId: string): LedgerOrder | undefined;
    fills(): LedgerFill[];
    /** Every order id that a cancel was asked for, oldest first; of one order, or all. */
    cancels(orderId?: string): readonly CancelRecord[];
    /** Requests that arrived, of one endpoint or of all. */
    requestCount(endpoint?: string): number;
    /** The largest number of requests that arrived within any one second. */
    busiestSecond(): number;
    toJSON(): object;
    /** For the HTTP interface. */
    recordRequest(endpoint: string, at: number): void;
    /** For the HTTP interface, which records the outcome in the end. */
    recordPost(clientOrderId: string | null, body: string, at: number): PostRecord;
    /** For the HTTP interface: what the core made of a POST. */
    recordOutcome(post: PostRecord, outcome: PostRecord['outcome'], reason: string | null, at: number): void;
    /** For the HTTP interface. */
    recordCancel(cancel: CancelRecord): void;
    /** Goes on with what an earlier ledger of the same exchange had recorded. */
    restore({ posts, cancels, requests, busiestSecond }: LedgerRecords): void;
    /** All that the orders themselves do not record. */
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

/** What the ledger itself remembers, as plain JSON. */
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

/** What Coinbase's older documentation says of the list of orders, and its newer one no longer does. */
export declare interface ListingLimits {
    /** Whether OPEN may be asked for together with other statuses; otherwise that is a 400. */
    openCombines: boolean;
    /** A list of OPEN orders has at most so many (1000), and does not say that there are more; null for all. */
    mostOpenOrders: number | null;
}

declare class Market {
    #private;
    constructor(seed: number);
    price(product: Product): Decimal;
    setPrice(product: Product, price: Decimal): void;
    /** Where the walk is: how many steps were made, and the price of every book. */
    position(): {
        steps: number;
        prices: Record<string, string>;
    };
    /** Goes on from a position; a book that it does not name keeps its price. */
    goTo(steps: number, prices: ReadonlyMap<string, Decimal>): void;
    /** Every price makes one step, up or down alike. */
    step(): void;
}

/** A message to a client before it has its sequence number. */
declare interface Message {
    channel: Channel | 'subscriptions';
    /** Of the `user` channel; null for the others. */
    event: 'snapshot' | 'patch' | 'update' | null;
    /** The orders that it tells of. */
    orders: readonly UserView[];
    /** What stands in `events`. */
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
/** Sent late, numbered then, and by then out of date; others overtake it. */
| {
    kind: 'delay';
    ms: number;
}
/** Sent with its second half missing: no JSON, and no sequence number to be read. */
| {
    kind: 'truncate';
}
/** The connection is closed in place of it: with this code, or by default cut without a closing frame. */
| {
    kind: 'close';
    code?: number;
}
/** Neither this nor any later message is sent, heartbeats neither; the connection stays open. */
| {
    kind: 'silence';
}
/** An error comes before it, by default the one of a bad token; the connection stays open. */
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
    /** As it was sent, or last edited. */
    configuration: Readonly<Record<string, unknown>>;
    terms: OrderTerms;
    /** Unix milliseconds, as all times here. */
    readonly createdAt: number;
    /** The price at which the account is charged in advance: the limit, or the market's when it was placed. */
    holdPrice: Decimal;
    /** True once it waits in the book: what is filled from then on is a maker's, at the limit price. */
    resting: boolean;
    updatedAt: number;
    lastFillAt: number | null;
    /** Coinbase's words, or any other that a plan says. */
    status: string;
    filledSize: Decimal;
    filledValue: Decimal;
    totalFees: Decimal;
    fillCount: number;
    /** What of the account is still held for it: quote for BUY, base for SELL. */
    held: Decimal;
    /** A stop price was reached. */
    triggered: boolean;
    pendingCancel: boolean;
    rejectReason: string;
    rejectMessage: string;
    cancelMessage: string;
    /** Oldest first. */
    edits: readonly AcceptedEdit[];
    /** The exchange no longer knows it; the ledger does. */
    purged: boolean;
}

/** One thing that can be done to an order, by a plan or at once. */
export declare type OrderAction = 
/** From PENDING, QUEUED or any other word to OPEN. */
    {
    do: 'open';
}
/**
* Fills `size` (base currency), or `part` of the order (0.5 is half), or what is left; FILLED when nothing is left.
* The price is the limit, for takers the market's unless the limit is better. The row is a FILL unless it is told to be
* SYNTHETIC, one that the exchange makes by itself, even after the order's end, which stays as it is.
*/
| {
    do: 'fill';
    size?: string;
    part?: string;
    price?: string;
    tradeType?: 'FILL' | 'SYNTHETIC';
}
/** FILLED as it stands, whatever its filled size. */
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
/** Any word, known to Coinbase's documentation or not. */
| {
    do: 'status';
    status: string;
}
/** Takes the last fill back by a REVERSAL row; with `correctedSize` a CORRECTION row follows. Both repeat its trade_id. */
| {
    do: 'reverse';
    correctedSize?: string;
}
/** The exchange forgets the order and its fills: 404, and in no list. The ledger still has it. */
| {
    do: 'purge';
};

declare type OrderKind = 'market' | 'limit' | 'stop-limit' | 'bracket' | 'twap';

export declare interface OrderPlan {
    /** Refuse the order: no order comes to be. */
    refuse?: {
        /** A NewOrderFailureReason, or the `error` of an HTTP error. */
        code: string;
        message?: string;
        previewReason?: string;
        /** 200 (default) answers `success: false`; 400 answers INVALID_ARGUMENT's shape. */
        httpStatus?: 200 | 400;
    };
    /** Default OPEN. */
    initialStatus?: string;
    /** Default none: the order stays as it is. */
    steps?: readonly PlanStep[];
    /** What a cancel request does; by default the order is cancelled a moment later. */
    onCancel?: {
        /** Answer `success: false` with this failure_reason. The steps happen all the same. */
        refuse?: string;
        /** Default none: accepted, and never carried out. */
        steps?: readonly PlanStep[];
    };
}

/** HTTP 200 with `success: false`: understood, and refused. No order exists afterwards. */
export declare class OrderRefused extends Error {
    readonly name = "OrderRefused";
    /** A NewOrderFailureReason. */
    readonly reason: string;
    /** A PreviewFailureReason. Coinbase gives some reasons here alone, with `reason` UNKNOWN_FAILURE_REASON. */
    readonly previewReason: string;
    constructor(reason: string, message: string, previewReason?: string);
    /** A refusal whose reason stands in `preview_failure_reason` only. */
    static inPreview(previewReason: string, message: string): OrderRefused;
}

declare class OrderStore {
    #private;
    /** The sequence number of the next order. */
    get nextOrderSequence(): number;
    get nextFillSequence(): number;
    add(order: Order): void;
    addFill(fill: Fill): void;
    /** Keeps the index of orders without an end right; to be called after a status has changed. */
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
    /** Null only for a market order by quote size. */
    baseSize: Decimal | null;
    /** Null for an order by base size. */
    quoteSize: Decimal | null;
    /** Null only for a market order. */
    limitPrice: Decimal | null;
    stopPrice: Decimal | null;
    /** Null for orders without a stop price. */
    stopDirection: 'up' | 'down' | null;
    postOnly: boolean;
    /** Unix milliseconds; null but for GTD. */
    endTime: number | null;
}

/** As it stands in a file. Throws InvalidArgument, naming the field. */
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

/** Waits `afterMs` (default 0) after the step before, the first after the order was accepted. Steps without a wait happen within the POST. */
export declare type PlanStep = OrderAction & {
    afterMs?: number;
};

/** Which orders a plan is for. The exact id wins over prefixes, a longer prefix over a shorter one; the empty prefix fits all. */
export declare type PlanTarget = {
    clientOrderId: string;
} | {
    clientOrderIdPrefix: string;
};

/** One POST of an order as it arrived, also if a fault kept it from being handled or its answer from being heard. */
export declare interface PostRecord {
    /** Null if the body names none. */
    readonly clientOrderId: string | null;
    readonly receivedAt: string;
    /** The bytes that came, as text. */
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
/** Turn new connections away (503), or answer good tokens with an authentication failure. Not about any order. */
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
 * Which occasions a rule is for; what is left out does not restrict. Each message to each client is an occasion, but for
 * the faults that are about how an order is reported, or about connecting and subscribing. A message fits if one of its
 * orders does.
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

/** At most so many requests in any second. */
declare class RateLimit {
    #private;
    /** Null lifts the limit. */
    set(requestsPerSecond: number | null): void;
    /** False if the request is one too many; it is not counted then. */
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
    /** Answers the rule's id. Throws InvalidArgument for a malformed rule. */
    add(given: Rule): string;
    remove(id: string): void;
    clear(): void;
    /** The oldest first. */
    list(): ActiveRule<Rule>[];
    /**
     * Counts an occasion that matches, and decides whether the rule's fault happens on it. Chances are drawn per name: the
     * fate of an order does not depend on what others do meanwhile.
     */
    protected strikes(rule: ActiveRule<Rule>, name: string): boolean;
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

/** The first step is taken when it is due, the others after it, each after its own wait. */
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
    /** What goes wrong on the way, in REST. */
    faults: Faults;
    /** What goes wrong on the way, on the WebSocket. */
    pushFaults: PushFaults;
    /** Who listens on the WebSocket. */
    userChannel: UserChannel;
    rateLimit: RateLimit;
    /** Accepts further keys, and revokes them. */
    keys: Pick<Keys, 'accept' | 'revoke'>;
    /** Its `offsetMs` puts it ahead of this machine's, or behind. */
    clock: Pick<Clock, 'offsetMs'>;
    /** Of the list of orders; to be changed at will. By default OPEN does not combine, and all open orders are listed. */
    listing: ListingLimits;
    /** Adds plans, faults and limits to those that are set. A malformed scenario sets nothing: throws InvalidArgument, naming the field. */
    play(scenario: Scenario): void;
    /** Ends all timers and connections, hanging ones too, and writes the state file. Throws if that fails. */
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
     * One candle for each interval that begins in [from, to], Unix seconds, newest first. Where nothing was traded the price
     * stood; before the exchange was started it stood at the product's start price.
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
    /** Cuts all connections off, and takes no new one. */
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

/** `before` the core sees the call (nothing happens there), or `after` it has done its work. */
declare type When = 'before' | 'after';

export { }
