/** What truly happened, for tests to compare with: every POST, order, fill and cancel request. Never distorted by a fault. */
import { fillToJson, orderToJson, type LedgerFill, type LedgerOrder } from './ledger-order.ts';
import type { OrderStore } from './order-store.ts';

/** One POST of an order as it arrived, even if a fault kept it from the core, or its answer from the client. */
export interface PostRecord {
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

export interface CancelRecord {
  readonly orderId: string;
  readonly at: string;
  readonly success: boolean;
  readonly failureReason: string;
}

/** What only the ledger records, as plain JSON. */
export interface LedgerRecords {
  readonly posts: readonly PostRecord[];
  readonly cancels: readonly CancelRecord[];
  /** Endpoint to number of requests. */
  readonly requests: Readonly<Record<string, number>>;
  readonly busiestSecond: number;
}

export class Ledger {
  readonly #store: OrderStore;
  readonly #posts: PostRecord[] = [];
  readonly #postsByClientOrderId = new Map<string, PostRecord[]>();
  readonly #cancels: CancelRecord[] = [];
  readonly #requests = new Map<string, number>();
  #revision = 0;
  #busiestSecond = 0;
  /** When the requests of the last second arrived, oldest first. */
  readonly #lastSecond: number[] = [];

  constructor(store: OrderStore) {
    this.#store = store;
  }

  /** Grows with every record, except those that only count requests. */
  get revision(): number {
    return this.#revision;
  }

  /** How often an order with this client order id was posted, answered or not. */
  postCount(clientOrderId: string): number {
    return this.#postsByClientOrderId.get(clientOrderId)?.length ?? 0;
  }

  /** The POSTs of one client order id, or all of them; oldest first. */
  posts(clientOrderId?: string): readonly PostRecord[] {
    return clientOrderId === undefined ? this.#posts : (this.#postsByClientOrderId.get(clientOrderId) ?? []);
  }

  /** Oldest first; a refused order is not an order. */
  orders(): LedgerOrder[] {
    return this.#store.orders().map((order) => orderToJson(order, this.#store));
  }

  order(orderId: string): LedgerOrder | undefined {
    const order = this.#store.byOrderId(orderId);
    return order && orderToJson(order, this.#store);
  }

  orderByClientId(clientOrderId: string): LedgerOrder | undefined {
    const order = this.#store.byClientOrderId(clientOrderId);
    return order && orderToJson(order, this.#store);
  }

  fills(): LedgerFill[] {
    return this.#store.fills().map(fillToJson);
  }

  /** The cancel requests for one order, or all of them; oldest first. */
  cancels(orderId?: string): readonly CancelRecord[] {
    return orderId === undefined ? this.#cancels : this.#cancels.filter((cancel) => cancel.orderId === orderId);
  }

  /** Requests that arrived, of one endpoint or of all. */
  requestCount(endpoint?: string): number {
    if (endpoint !== undefined) return this.#requests.get(endpoint) ?? 0;
    return [...this.#requests.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The largest number of requests that arrived within any one second. */
  busiestSecond(): number {
    return this.#busiestSecond;
  }

  toJSON(): object {
    return { orders: this.orders(), ...this.records() };
  }

  /** For the HTTP interface. */
  recordRequest(endpoint: string, at: number): void {
    this.#requests.set(endpoint, (this.#requests.get(endpoint) ?? 0) + 1);
    while (this.#lastSecond[0] !== undefined && this.#lastSecond[0] <= at - 1_000) this.#lastSecond.shift();
    this.#lastSecond.push(at);
    this.#busiestSecond = Math.max(this.#busiestSecond, this.#lastSecond.length);
  }

  /** For the HTTP interface, which records the outcome afterwards. */
  recordPost(clientOrderId: string | null, body: string, at: number): PostRecord {
    const receivedAt = new Date(at).toISOString();
    const post: PostRecord = { clientOrderId, receivedAt, body, outcome: 'not-handled', handledAt: null, reason: null };
    this.#addPost(post);
    return post;
  }

  /** For the HTTP interface: what the core made of a POST. */
  recordOutcome(post: PostRecord, outcome: PostRecord['outcome'], reason: string | null, at: number): void {
    Object.assign(post, { outcome, reason, handledAt: new Date(at).toISOString() });
    this.#revision += 1;
  }

  /** For the HTTP interface. */
  recordCancel(cancel: CancelRecord): void {
    this.#cancels.push(cancel);
    this.#revision += 1;
  }

  /** Continues from the records of an earlier ledger of the same exchange. */
  restore({ posts, cancels, requests, busiestSecond }: LedgerRecords): void {
    for (const post of posts) this.#addPost(post);
    this.#cancels.push(...cancels);
    for (const [endpoint, count] of Object.entries(requests)) this.#requests.set(endpoint, count);
    this.#busiestSecond = busiestSecond;
  }

  /** Everything that is not recorded in the orders themselves. */
  records(): LedgerRecords {
    return {
      posts: this.#posts,
      cancels: this.#cancels,
      requests: Object.fromEntries(this.#requests),
      busiestSecond: this.busiestSecond(),
    };
  }

  #addPost(post: PostRecord): void {
    this.#posts.push(post);
    this.#revision += 1;
    if (post.clientOrderId === null) return;
    const posts = this.#postsByClientOrderId.get(post.clientOrderId);
    if (posts) posts.push(post);
    else this.#postsByClientOrderId.set(post.clientOrderId, [post]);
  }
}
