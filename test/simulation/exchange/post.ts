/** A POST of an order on its way: the last look at the window, the journey, what becomes of it, and the answer. */
import { ExchangeError, type AcceptedOrder, type NewOrder, type SendLimits } from '../../../src/ports/exchange.ts';
import type { Process } from '../scheduler.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Landed, Ledger } from './ledger.ts';

const ANSWER_WITHIN_MS = 10_000;

/** The process that sends it, and whom to. */
export interface PostLink {
  surroundings: Surroundings;
  ledger: Ledger;
  process: Process;
}

export function postOrder(
  { surroundings, ledger, process }: PostLink,
  order: NewOrder,
  limits: SendLimits,
): Promise<AcceptedOrder> {
  const { scheduler, chance } = surroundings;
  return new Promise((resolve, reject) => {
    const later = (delayMs: number, act: () => void): void => {
      scheduler.after(delayMs, process, act);
    };
    const send = (): void => {
      const { signal, sendBefore } = limits;
      if (signal?.aborted === true || scheduler.nowMs >= sendBefore) {
        reject(new ExchangeError('not-sent', 'the window has closed'));
        return;
      }
      surroundings.trace(() => `${process.name} sends the POST`);
      ledger.sent(order);
      const unknown = (): void => reject(new ExchangeError('unknown-outcome', 'no answer'));
      signal?.addEventListener('abort', unknown, { once: true });
      if (surroundings.fault('the POST is not let in', 0.04)) {
        later(30, () => reject(new ExchangeError('unauthorised', '401', { httpStatus: 401 })));
        return;
      }
      if (surroundings.fault('the POST is lost', 0.05)) {
        later(chance.between('reset', 20, 2_000), unknown);
        return;
      }
      const isLate = surroundings.fault('the POST lands late', 0.05);
      const thereMs = chance.between('to the exchange', 3, 30) + (isLate ? chance.between('late', 300, 12_000) : 0);
      later(ANSWER_WITHIN_MS, unknown);
      surroundings.posts += 1;
      scheduler.after(thereMs, ledger.process, () => {
        surroundings.posts -= 1;
        const landed = ledger.land(order);
        if (surroundings.fault('the POST lands twice', 0.03)) ledger.land(order);
        if (surroundings.fault('the answer to the POST is lost', 0.06)) {
          later(chance.between('reset', 5, 1_000), unknown);
          return;
        }
        const isSlow = surroundings.fault('the answer to the POST is late', 0.05);
        const backMs = chance.between('from the exchange', 3, 30) + (isSlow ? chance.between('slow', 300, 8_000) : 0);
        later(backMs, () => answer(landed, resolve, reject));
      });
    };
    const isStalled = surroundings.fault('the worker stalls before the POST', 0.04);
    later(isStalled ? chance.between('stall', 100, 6_000) : 1, send);
  });
}

function answer(landed: Landed, resolve: (order: AcceptedOrder) => void, reject: (error: Error) => void): void {
  if (landed.kind === 'refused') {
    reject(new ExchangeError('refused', landed.code, { code: landed.code }));
    return;
  }
  const { orderId, asked } = landed.order;
  const { clientOrderId, productId, side, orderConfiguration } = asked;
  resolve({ orderId, clientOrderId, productId, side, orderConfiguration: { ...orderConfiguration } });
}
