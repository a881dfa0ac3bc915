/** Cancels the open orders of what is halted with `cancel_open`, until none is left: also those that turn up late. */
import { randomUUID } from 'node:crypto';
import { forManyOrders } from '../commands/many-orders.ts';
import type { HaltStore } from '../ports/halt-store.ts';
import type { OrderWorkflows } from '../ports/order-workflows.ts';
import type { Logger } from '../process/log.ts';
import { repeat } from './repeat.ts';

const LOOK_EVERY_MS = 1_000;
/** So long it takes at most until a signalled order's row says that its cancel is wanted. */
const SIGNAL_COUNTS_FOR_MS = 10_000;

export interface CancelHaltedPorts {
  halts: HaltStore;
  orderWorkflows: Pick<OrderWorkflows, 'cancelOrResume'>;
  log: Logger;
}

/** Goes on until the function that it returns is called. */
export function cancelHaltedOrders({ halts, orderWorkflows, log }: CancelHaltedPorts): () => Promise<void> {
  const processId = randomUUID();
  const signalledAtMs = new Map<string, number>();
  const warn = (error: unknown): void =>
    log.warn('could not request the cancels of halted orders; trying again', { error });
  return repeat({ pauseMs: LOOK_EVERY_MS }, async (stop) => {
    try {
      for (const { botId, requestedBy, reason } of await halts.claimCancels(processId)) {
        const open = await halts.withoutCancel(botId);
        const due = open.filter(
          (id) => performance.now() - (signalledAtMs.get(id) ?? -Infinity) > SIGNAL_COUNTS_FOR_MS,
        );
        const cancel = async (clientOrderId: string): Promise<void> => {
          signalledAtMs.set(clientOrderId, performance.now());
          await orderWorkflows.cancelOrResume(clientOrderId, { requestedBy, reason: `halted: ${reason}` }).catch(warn);
        };
        await forManyOrders(due, cancel, { stop });
        if (due.length > 0) log.info('requested the cancels of halted orders', { botId, orders: due.length });
      }
    } catch (error) {
      warn(error);
    }
    for (const [id, atMs] of signalledAtMs) {
      if (performance.now() - atMs > SIGNAL_COUNTS_FOR_MS) signalledAtMs.delete(id);
    }
  });
}
