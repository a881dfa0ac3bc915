/**
 * The exchange's core: places orders, lets the plan or the prices decide what happens to them, and tells every change.
 * It knows nothing of HTTP. What it does is the truth; whatever an answer hides or distorts is the business of faults.
 */
import { randomUUID } from 'node:crypto';

import { Account } from './account.ts';
import { Agenda } from './agenda.ts';
import { partsOf, priceReaches, takingPrice, usualSteps } from './behaviour.ts';
import type { Clock } from './clock.ts';
import { readTerms } from './configuration.ts';
import type { Decimal } from './decimal.ts';
import { ZERO, decimal, text } from './decimal.ts';
import { InvalidArgument, NotFound, OrderRefused } from './errors.ts';
import { Market } from './market.ts';
import type { NewOrder } from './new-order.ts';
import type { Fill, Order } from './order.ts';
import { hasEnded } from './order.ts';
import { OrderStore } from './order-store.ts';
import type { OrderAction, OrderPlan, PlanStep, PlanTarget } from './plan.ts';
import { readAction, readPlan } from './plan.ts';
import { Plans } from './plans.ts';
import type { Product } from './products.ts';
import { PRODUCTS } from './products.ts';
import type { FeeRates } from './settlement.ts';
import { adjustHold, heldCurrency, isWhole, neededHold, settle, sizeOfFill } from './settlement.ts';

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

/** Called after each change of an order, with the order as it is at that moment: it is changed in place later. */
export type ChangeListener = (order: Order) => void;

export interface CancelResult {
  success: boolean;
  failureReason: string;
}

export class Exchange {
  readonly account: Account;
  readonly store = new OrderStore();
  readonly market: Market;
  readonly fees: FeeRates;
  readonly plans = new Plans();
  /** Orders that the prices decide about. */
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

  /** Grows with every change but the steps of the prices, of which only the orders that they reach are worth keeping. */
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
   * Places an order, or answers the one that has this client order id, whatever else the request says. A refused order
   * leaves its client order id unused. `createdAt` (Unix milliseconds) backdates it. Throws OrderRefused or InvalidArgument.
   */
  place(request: NewOrder, createdAt?: number): { order: Order; replayed: boolean } {
    const existing = this.store.byClientOrderId(request.clientOrderId);
    if (existing) return { order: existing, replayed: true };

    const plan = this.plans.find(request.clientOrderId);
    if (plan?.refuse) throw refusalOf(plan.refuse);
    const order = this.#newOrder(request, plan, createdAt ?? this.#clock.now());
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

  /** Asks for a cancel. Success means that it was asked for, not that the order is cancelled. */
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

  /** Does something to an order now. Answers false if nothing changed: the order had ended, or there is no fill to reverse. Throws NotFound. */
  act(orderId: string, action: OrderAction): boolean {
    const order = this.store.byOrderId(orderId) ?? this.store.byClientOrderId(orderId);
    if (!order) throw new NotFound(`no order ${orderId}`);
    return this.#apply(order, readAction(action));
  }

  /** Sets the price of a product's book; the orders that it reaches are filled at once. */
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

  /** Answers the function that ends it. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #newOrder(request: NewOrder, plan: OrderPlan | null, createdAt: number): Order {
    const product = PRODUCTS.get(request.productId);
    if (!product) throw new OrderRefused('INVALID_PRODUCT_ID', `${request.productId} is not a product`);
    const terms = readTerms(request.configuration, request.side, product, this.#clock.now());
    const price = this.market.price(product);
    if (terms.postOnly && terms.limitPrice && priceReaches(request.side, price, terms.limitPrice)) {
      throw new OrderRefused('INVALID_LIMIT_PRICE_POST_ONLY', 'the post-only order would be filled at once');
    }
    return {
      sequence: this.store.nextOrderSequence,
      orderId: randomUUID(),
      clientOrderId: request.clientOrderId,
      product,
      reportedProductId: this.#options.reportAliasAsBook ? product.book : product.productId,
      side: request.side,
      configuration: request.configuration,
      terms,
      createdAt,
      holdPrice: terms.limitPrice ?? price,
      resting: false,
      updatedAt: createdAt,
      lastFillAt: null,
      status: plan?.initialStatus ?? 'OPEN',
      filledSize: ZERO,
      filledValue: ZERO,
      totalFees: ZERO,
      fillCount: 0,
      held: ZERO,
      triggered: false,
      pendingCancel: false,
      rejectReason: 'REJECT_REASON_UNSPECIFIED',
      rejectMessage: '',
      cancelMessage: '',
      purged: false,
    };
  }

  #begin(order: Order, plan: OrderPlan | null): void {
    const { endTime } = order.terms;
    const steps = plan
      ? (plan.steps ?? [])
      : usualSteps(order, this.market.price(order.product), this.#options.marketFillMs);
    if (steps) this.agenda.run(order, steps);
    else this.book.add(order);
    order.resting = order.terms.kind !== 'market' && (order.terms.timeInForce === 'GTC' || endTime !== null);
    if (endTime !== null) this.agenda.add({ order, steps: [{ do: 'expire' }], dueAt: endTime });
  }

  #apply(order: Order, action: OrderAction): boolean {
    const unrestricted = action.do === 'status' || action.do === 'reverse' || action.do === 'purge';
    if (hasEnded(order) && !unrestricted) return false;
    switch (action.do) {
      case 'open':
        order.status = 'OPEN';
        break;
      case 'fill':
        this.#fill(order, action);
        break;
      case 'complete':
        order.status = 'FILLED';
        break;
      case 'cancel':
        order.status = 'CANCELLED';
        order.cancelMessage = action.message ?? '';
        break;
      case 'expire':
        order.status = 'EXPIRED';
        break;
      case 'fail':
        order.status = 'FAILED';
        order.rejectReason = action.reason ?? 'HOLD_FAILURE';
        order.rejectMessage = action.message ?? '';
        break;
      case 'status':
        order.status = action.status;
        break;
      case 'reverse':
        if (!this.#reverse(order, action.correctedSize)) return false;
        break;
      case 'purge':
        order.purged = true;
        break;
    }
    this.#changed(order);
    return true;
  }

  #fill(order: Order, wanted: Omit<Extract<OrderAction, { do: 'fill' }>, 'do'>): void {
    const feeRate = order.resting ? this.fees.maker : this.fees.taker;
    const usualPrice = order.resting ? order.terms.limitPrice : null;
    const price = wanted.price
      ? decimal(wanted.price)
      : (usualPrice ?? takingPrice(order, this.market.price(order.product)));
    const size = sizeOfFill(order, wanted, price, feeRate);
    const { tradeType = 'FILL' } = wanted;
    if (size.gt(0)) this.#addFill(order, { tradeType, tradeId: randomUUID(), price, size, feeRate });
    if (isWhole(order, price, feeRate)) order.status = 'FILLED';
  }

  /** False if there is no fill to take back. */
  #reverse(order: Order, correctedSize: string | undefined): boolean {
    const last = this.store.fillsOf(order).findLast((fill) => fill.tradeType === 'FILL');
    if (!last) return false;
    const feeRate = last.liquidity === 'MAKER' ? this.fees.maker : this.fees.taker;
    const { tradeId, price, size } = last;
    this.#addFill(order, { tradeType: 'REVERSAL', tradeId, price, size, feeRate });
    if (correctedSize !== undefined) {
      this.#addFill(order, { tradeType: 'CORRECTION', tradeId, price, size: decimal(correctedSize), feeRate });
    }
    return true;
  }

  #addFill(
    order: Order,
    { feeRate, ...row }: Pick<Fill, 'tradeType' | 'tradeId' | 'price' | 'size'> & { feeRate: Decimal },
  ): void {
    const fill: Fill = {
      ...row,
      sequence: this.store.nextFillSequence,
      entryId: randomUUID(),
      order,
      tradeTime: this.#clock.now(),
      commission: row.size.times(row.price).times(feeRate),
      liquidity: order.resting ? 'MAKER' : 'TAKER',
    };
    this.store.addFill(fill);
    settle(order, fill, this.account);
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
    this.#match();
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
