/** The whole state of an exchange as plain JSON, and an exchange restored from it. */
import { Reader } from '../reader.ts';
import type { ScheduledStep } from './agenda.ts';
import { text } from './decimal.ts';
import { InvalidArgument } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Ledger } from './ledger.ts';
import type { Order } from './order.ts';
import type { OrderPlan, PlanTarget } from './plan.ts';
import { readPlan, readPlanTarget, readStep } from './plan.ts';
import { readRecords } from './saved-ledger.ts';
import { loadFill, loadOrder, saveFill, saveOrder } from './saved-order.ts';

/** Raised when files of earlier versions can no longer be read. */
const VERSION = 1;

const FIELDS = ['version', 'orders', 'fills', 'book', 'agenda', 'plans', 'balances', 'market', 'ledger'];

export function takeSnapshot(exchange: Exchange, ledger: Ledger): object {
  const { store, book, agenda, plans, account, market } = exchange;
  return {
    version: VERSION,
    orders: store.orders().map(saveOrder),
    fills: store.fills().map(saveFill),
    book: [...book].map(({ orderId }) => orderId),
    agenda: agenda.scheduled().map(({ order, steps, dueAt }) => ({ orderId: order.orderId, steps, dueAt })),
    plans: plans.entries(),
    balances: account
      .balances()
      .map(({ currency, available, hold }) => ({ currency, available: text(available), hold: text(hold) })),
    market: market.position(),
    ledger: ledger.records(),
  };
}

/** To be called on a new exchange and a new ledger. Throws an error that names what is wrong. */
export function restoreSnapshot(value: unknown, exchange: Exchange, ledger: Ledger): void {
  const { version } = Object(value) as { version?: unknown };
  if (version !== VERSION) throw new InvalidArgument(`its version is ${String(version)}, not ${VERSION}`);
  const snapshot = new Reader(value, 'state', FIELDS);
  const { store, book, agenda, plans } = exchange;
  const known = (orderId: unknown, path: string): Order => {
    const order = store.byOrderId(String(orderId));
    if (!order) throw new InvalidArgument(`${path} is not an order of the file`);
    return order;
  };
  snapshot.list('orders', (row, path, index) => {
    const order = loadOrder(row, path, index);
    store.add(order);
    store.reindex(order);
  });
  snapshot.list('fills', (row, path, index) => store.addFill(loadFill(row, path, index, known)));
  snapshot.list('book', (orderId, path) => book.add(known(orderId, path)));
  for (const { target, plan } of snapshot.list('plans', readPlanEntry)) plans.set(target, plan);
  snapshot.list('balances', (row, path) => restoreBalance(row, path, exchange));
  restoreMarket(snapshot.raw('market'), snapshot.path('market'), exchange);
  ledger.restore(readRecords(snapshot.raw('ledger'), snapshot.path('ledger')));
  // Last, because what is due happens at once.
  for (const scheduledStep of snapshot.list('agenda', (row, path) => readScheduledStep(row, path, known))) {
    agenda.add(scheduledStep);
  }
}

function readPlanEntry(value: unknown, path: string): { target: PlanTarget; plan: OrderPlan } {
  const entry = new Reader(value, path, ['target', 'plan']);
  return { target: readPlanTarget(entry.record('target')), plan: readPlan(entry.raw('plan'), entry.path('plan')) };
}

function restoreBalance(value: unknown, path: string, { account }: Exchange): void {
  const row = new Reader(value, path, ['currency', 'available', 'hold']);
  Object.assign(account.balance(row.text('currency')), {
    available: row.amount('available'),
    hold: row.amount('hold'),
  });
}

function restoreMarket(value: unknown, path: string, { market }: Exchange): void {
  const position = new Reader(value, path, ['steps', 'prices']);
  const books = Object.keys(position.record('prices'));
  const prices = new Reader(position.raw('prices'), position.path('prices'), books);
  market.restore(position.integer('steps'), new Map(books.map((book) => [book, prices.amount(book)])));
}

function readScheduledStep(
  value: unknown,
  path: string,
  known: (orderId: unknown, path: string) => Order,
): ScheduledStep {
  const row = new Reader(value, path, ['orderId', 'steps', 'dueAt']);
  return {
    order: known(row.raw('orderId'), row.path('orderId')),
    steps: row.list('steps', readStep),
    dueAt: row.time('dueAt'),
  };
}
