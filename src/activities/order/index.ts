/** The activities of the task queue `orders`: one concern a file, made from the ports. */
import type { Fact } from '../../domain/order/fact.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { cancelOrder } from './cancel-order.ts';
import { checkOrder } from './check-order.ts';
import { applyFact } from './fact-log.ts';
import { findResolution, lookAtOrder } from './operator-commands.ts';
import { openOrder } from './open-order.ts';
import { placeOrder, Placements } from './place-order.ts';
import type { OrderPorts } from '../ports.ts';
import { SharedLooks } from './shared-looks.ts';

export type Activities = ReturnType<typeof createActivities>;

export interface ApplyInput {
  clientOrderId: string;
  fact: Fact;
}

export function createActivities(ports: OrderPorts) {
  const placements = new Placements();
  const sharedLooks = new SharedLooks(ports.exchange);
  const postPorts = { ...ports, sharedLooks };
  return {
    openOrder: openOrder(postPorts, placements),
    placeOrder: placeOrder(postPorts, placements),
    checkOrder: checkOrder(ports, sharedLooks),
    cancelOrder: cancelOrder(ports),
    lookAtOrder: lookAtOrder(ports),
    findResolution: findResolution(ports),
    /** Null where a restore of the database has lost the row. */
    readOrder: ({ clientOrderId }: { clientOrderId: string }): Promise<Trade | null> =>
      ports.trades.find(clientOrderId),
    applyFact: async ({ clientOrderId, fact }: ApplyInput): Promise<Trade> =>
      (await applyFact(ports, clientOrderId, fact)).trade,
  };
}
