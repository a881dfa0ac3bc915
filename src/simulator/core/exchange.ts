/**
 * The exchange's core: takes orders, lets the plan or the prices decide what happens to them, and reports every change.
 * It knows nothing of HTTP. What happens here is what truly happened; only faults make an answer hide or distort it.
 */
import { Account } from './account.ts';
import { applyAction } from './actions.ts';
import { Agenda } from './agenda.ts';
import { partsOf, priceReaches, defaultSteps } from './behaviour.ts';
import { chance } from './chance.ts';
import type { Clock } from './clock.ts';
import { decimal, roundDown, text, ZERO } from './decimal.ts';
import { editedOrder, type Edit } from './editing.ts';
import { InvalidArgument, NotFound, OrderRefused } from './errors.ts';
import { Market } from './market.ts';
import { newOrder, type NewOrder } from './new-order.ts';
import { hasEnded, type Order } from './order.ts';
import { OrderStore } from './order-store.ts';
import { readAction, readPlan, type OrderAction, type OrderPlan, type PlanStep, type PlanTarget } from './plan.ts';
import { Plans } from './plans.ts';
import { PRODUCTS, type Product } from './products.ts';
import { adjustHold, heldCurrency, neededHold, type FeeRates } from './settlement.ts';
import { Tape } from './tape.ts';

/** The largest trade between other participants, in the quote currency. */
const MAX_TRADE_OF_OTHERS = 2000;

export interface ExchangeOptions {
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

/** Called after each change of an order. The order is changed in place later: copy what is to be kept. */
export type ChangeListener = (order: Order) => void;

export interface CancelResult {
  success: boolean;
  failureReason: string;
}

export class Exchange {
  readonly account: Account;
  readonly store = new OrderStore();
  readonly market: Market;
  readonly tape = new Tape();
  readonly fees: FeeRates;
  readonly plans = new Plans();
  /** Resting orders without a plan, which fill when their price is reached. */
  readonly book = new Set<Order>();
  readonly agenda: Agenda;
  readonly #options: ExchangeOptions;
  readonly #clock: Clock;
  readonly #listeners = new Set<ChangeListener>();
  #revision = 0;

  constructor(options: ExchangeOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.agenda = new Agenda(clock, (order, action) => this.#apply(order, action));
    this.account = new Account(options.balances);
    this.market = new Market(options.seed);
    this.fees = { taker: decimal(options.takerFeeRate), maker: decimal(options.makerFeeRate) };
    if (options.tickMs > 0) clock.every(options.tickMs, () => this.#tick());
  }

  /** Grows with every change that is worth saving: with all but the steps of the prices that reach no order. */
  get revision(): number {
    return this.#revision;
  }

  /** Sets what happens to orders that are placed from now on. Throws InvalidArgument for a malformed plan. */
  setPlan(target: PlanTarget, plan: OrderPlan): void {
    this.plans.set(target, readPlan(plan));
    this.#revision += 1;
  }

  clearPlans(): void {
    this.plans.clear();
    this.#revision += 1;
  }

  /**
   * Places an order, or returns the one with this client order id, whatever else the request says. A refused order
   * leaves its client order id unused. `createdAt` (Unix milliseconds) backdates it. Throws OrderRefused or InvalidArgument.
   */
  place(request: NewOrder, createdAt?: number): { order: Order; replayed: boolean } {
    const existing = this.store.byClientOrderId(request.clientOrderId);
    if (existing) return { order: existing, replayed: true };

    const plan = this.plans.find(request.clientOrderId);
    if (plan?.refuse) throw refusalOf(plan.refuse);
    const now = this.#clock.now();
    const order = newOrder(request, {
      sequence: this.store.nextOrderSequence,
      initialStatus: plan?.initialStatus ?? 'OPEN',
      market: this.market,
      reportAliasAsBook: this.#options.reportAliasAsBook,
      createdAt: createdAt ?? now,
      now,
    });
    const free = this.account.balance(heldCurrency(order)).available;
    if (neededHold(order, this.fees).gt(free)) {
      throw new OrderRefused(
        'INSUFFICIENT_FUND',
        'Insufficient balance in source account',
        'PREVIEW_INSUFFICIENT_FUND',
      );
    }
    this.store.add(order);
    this.#changed(order);
    this.#begin(order, plan);
    return { order, replayed: false };
  }

  /** Requests a cancel. Success means that the request was accepted, not that the order is cancelled. */
  requestCancel(orderId: string): CancelResult {
    const order = this.store.byOrderId(orderId);
    if (!order || order.purged) return { success: false, failureReason: 'UNKNOWN_CANCEL_ORDER' };
    if (order.status === 'FILLED') return { success: false, failureReason: 'ORDER_IS_FULLY_FILLED' };
    if (hasEnded(order)) return { success: false, failureReason: 'UNKNOWN_CANCEL_ORDER' };
    if (order.pendingCancel) return { success: false, failureReason: 'DUPLICATE_CANCEL_REQUEST' };

    const { refuse, steps } = this.plans.find(order.clientOrderId)?.onCancel ?? {
      steps: [{ do: 'cancel', afterMs: this.#options.cancelMs }] satisfies PlanStep[],
    };
    if (refuse === undefined) {
      order.pendingCancel = true;
      this.#changed(order);
    }
    this.agenda.run(order, steps ?? []);
    this.#revision += 1;
    return refuse === undefined
      ? { success: true, failureReason: 'UNKNOWN_CANCEL_FAILURE_REASON' }
      : { success: false, failureReason: refuse };
  }

  /** Changes price and size of an open limit order, which keeps its id. Throws EditRefused. */
  edit(edit: Edit): void {
    const changed = this.previewEdit(edit);
    const order = this.store.byOrderId(edit.orderId);
    if (!order) return;
    const { limitPrice, baseSize } = changed.terms;
    const accepted = { price: text(limitPrice ?? ZERO), size: text(baseSize ?? ZERO), at: this.#clock.now() };
    Object.assign(order, changed, { holdPrice: limitPrice ?? order.holdPrice, edits: [...order.edits, accepted] });
    this.#changed(order);
    this.#match();
  }

  /** The order's configuration and terms as the edit would leave them. Throws EditRefused. */
  previewEdit(edit: Edit): Pick<Order, 'configuration' | 'terms'> {
    return editedOrder(this.store.byOrderId(edit.orderId), edit);
  }

  /** Carries out an action on an order now. Returns false if nothing changed: the order had ended, or there is no fill to reverse. Throws NotFound. */
  act(orderId: string, action: OrderAction): boolean {
    const order = this.store.byOrderId(orderId) ?? this.store.byClientOrderId(orderId);
    if (!order) throw new NotFound(`no order ${orderId}`);
    return this.#apply(order, readAction(action));
  }

  /** Sets the price of a product's book; orders whose price is reached are filled at once. */
  setPrice(productId: string, price: string): void {
    this.market.setPrice(this.product(productId), decimal(price));
    this.#revision += 1;
    this.#match();
  }

  /** Throws NotFound. */
  product(productId: string): Product {
    const product = PRODUCTS.get(productId);
    if (!product) throw new NotFound(`product ${productId} was not found`);
    return product;
  }

  /** Returns a function that removes the listener. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #begin(order: Order, plan: OrderPlan | null): void {
    const { endTime } = order.terms;
    const steps = plan
      ? (plan.steps ?? [])
      : defaultSteps(order, this.market.price(order.product), this.#options.marketFillMs);
    if (steps) this.agenda.run(order, steps);
    else this.book.add(order);
    order.resting = order.terms.kind !== 'market' && (order.terms.timeInForce === 'GTC' || endTime !== null);
    if (endTime !== null) this.agenda.add({ order, steps: [{ do: 'expire' }], dueAt: endTime });
  }

  #apply(order: Order, action: OrderAction): boolean {
    const isChanged = applyAction(this, order, action, this.#clock.now());
    if (isChanged) this.#changed(order);
    return isChanged;
  }

  #changed(order: Order): void {
    this.#revision += 1;
    order.updatedAt = this.#clock.now();
    if (hasEnded(order)) {
      order.pendingCancel = false;
      this.book.delete(order);
    }
    adjustHold(order, this.account, this.fees);
    this.store.reindex(order);
    for (const listener of this.#listeners) listener(order);
  }

  #tick(): void {
    this.market.step();
    for (const product of PRODUCTS.values()) this.#tradeOfOthers(product);
    this.#match();
  }

  /** The trade between other participants that moved the price. */
  #tradeOfOthers(product: Product): void {
    if (product.book !== product.productId) return;
    const { steps } = this.market.position();
    const draw = chance(this.#options.seed, 'trade', product.book, steps);
    const price = this.market.price(product);
    const size = roundDown(decimal(String(MAX_TRADE_OF_OTHERS * draw)).div(price), product.baseIncrement);
    const at = this.#clock.now();
    this.tape.record(product, {
      tradeId: `${product.book}-${steps}`,
      price,
      size,
      side: draw < 0.5 ? 'BUY' : 'SELL',
      at,
    });
  }

  #match(): void {
    for (const order of this.book) {
      const price = this.market.price(order.product);
      const { kind, limitPrice, stopPrice, stopDirection } = order.terms;
      const stopReached = stopPrice && (stopDirection === 'up' ? price.gte(stopPrice) : price.lte(stopPrice));
      if (stopReached && !order.triggered) {
        order.triggered = true;
        this.#changed(order);
        if (kind === 'bracket') this.#apply(order, { do: 'fill', price: text(price) });
      } else if (kind === 'stop-limit' && !order.triggered) {
        continue;
      } else if (limitPrice && priceReaches(order.side, price, limitPrice)) {
        this.#apply(order, { do: 'fill', ...partsOf(order, this.#options.seed) });
      }
    }
  }
}

function refusalOf(refusal: NonNullable<OrderPlan['refuse']>): Error {
  if (refusal.httpStatus === 400) return new InvalidArgument(refusal.message ?? refusal.code);
  return new OrderRefused(refusal.code, refusal.message ?? '', refusal.previewReason);
}
