/** The exchange as a worker reaches it: over a link on which requests and answers are lost, late, refused or doubled. */
import type { ExchangeOrder } from '../../../src/domain/order/exchange-order.ts';
import { ExchangeError, type Exchange } from '../../../src/ports/exchange.ts';
import type { Process } from '../scheduler.ts';
import { answerOf, type Surroundings } from '../surroundings.ts';
import { unused } from '../unused.ts';
import type { Ledger } from './ledger.ts';
import { postOrder } from './post.ts';

export function exchangeClient(surroundings: Surroundings, ledger: Ledger, process: Process): Exchange {
  const { chance, scheduler } = surroundings;

  /** A request that changes nothing, or may be repeated. */
  const ask = <Answer>(what: string, work: () => Answer, signal?: AbortSignal): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const answered = (delayMs: number, act: () => void): void => {
        scheduler.after(delayMs, process, act);
      };
      signal?.throwIfAborted();
      surroundings.count(what);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      const failure = failureOf(surroundings, what);
      if (failure?.isBefore === true) return answered(20, () => reject(failure.error));
      scheduler.after(chance.between('to the exchange', 3, 30), ledger.process, () => {
        const isLate = surroundings.fault(`${what} is answered late`, 0.03);
        const backMs = chance.between('from the exchange', 3, 30) + (isLate ? chance.between('late', 300, 6_000) : 0);
        const said = answerOf(work);
        answered(backMs, () => {
          if ('error' in said) reject(said.error);
          else if (failure !== null) reject(failure.error);
          else resolve(said.answer);
        });
      });
    });

  const shown = (what: string, orderIds: readonly string[] | null): ExchangeOrder[] => {
    const { order } = ledger;
    const isAsked = order !== null && (orderIds === null || orderIds.includes(order.orderId));
    return isAsked && !surroundings.fault(`${what} does not show the order`, 0.08) ? [order.shown()] : [];
  };

  const fills = (isAsked: (at: string) => boolean) => {
    const listed = (ledger.order?.fills ?? []).filter(
      ({ fill, listedAtMs }) => listedAtMs <= scheduler.nowMs && isAsked(fill.sequenceTimestamp ?? fill.tradeTime),
    );
    return { fills: listed.map(({ fill }) => fill), unreadable: [] };
  };

  const exchange: Exchange = {
    hasRoom: () => !surroundings.fault('no room for a look', 0.1),
    tryReservePlacement: () => !surroundings.fault('no room for the first POST', 0.1),
    reservePlacement: () =>
      new Promise((resolve) => {
        const isFull = surroundings.fault('the POST waits for the budget', 0.05);
        const waitMs = isFull ? chance.between('budget', 200, 4_000) : 0;
        scheduler.after(waitMs, process, resolve);
      }),
    releasePlacement: () => undefined,
    createOrder: (order, limits) => postOrder({ surroundings, ledger, process }, order, limits),
    cancelOrder: (_id, signal) =>
      ask(
        'a cancel',
        () => {
          const { order } = ledger;
          if (order !== null && ledger.cancel(order)) return { submitted: true, failureReason: null };
          const failureReason = order?.status === 'FILLED' ? 'ORDER_IS_FULLY_FILLED' : 'UNKNOWN_CANCEL_ORDER';
          return { submitted: false, failureReason };
        },
        signal,
      ),
    getOrder: (orderId, _priority, signal) =>
      ask(
        'a look',
        () => {
          const [order] = shown('a look', [orderId]);
          if (order === undefined) throw new ExchangeError('not-found', 'no such order', { httpStatus: 404 });
          return order;
        },
        signal,
      ),
    listOrders: ({ orderIds, statuses, createdFrom, createdTo }, _priority, signal) =>
      ask(
        'a list',
        () => {
          const orders = shown('a list', orderIds ?? null);
          const isListed = ({ status, createdTime }: ExchangeOrder): boolean =>
            (statuses?.includes(status) ?? true) && isWithin(createdTime ?? '', createdFrom, createdTo);
          return { orders: orders.filter(isListed), unreadable: [] };
        },
        signal,
      ),
    listFills: (_ids, _priority, signal) => ask('the fills of orders', () => fills(() => true), signal),
    listFillsSince: (from, _priority, signal) => ask('the account’s fills', () => fills((at) => at >= from), signal),
    metered: () => exchange,
    product: unused,
    keyPermissions: unused,
    time: unused,
  };
  return exchange;
}

function isWithin(time: string, from = '', to = '~'): boolean {
  return time >= from && time < to;
}

function failureOf(surroundings: Surroundings, what: string): { error: ExchangeError; isBefore: boolean } | null {
  if (surroundings.isExchangeAway) return { error: new ExchangeError('unavailable', 'reset'), isBefore: true };
  if (surroundings.fault(`${what} is refused with 429`, 0.02)) {
    return { error: new ExchangeError('rate-limited', '429', { httpStatus: 429 }), isBefore: true };
  }
  if (surroundings.fault(`${what} fails on the way`, 0.02)) {
    return { error: new ExchangeError('unavailable', 'reset'), isBefore: true };
  }
  if (surroundings.fault(`the answer to ${what} is lost`, 0.03)) {
    return { error: new ExchangeError('unavailable', 'reset'), isBefore: false };
  }
  return null;
}
