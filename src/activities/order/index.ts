/** The activities of the task queue `orders`: one concern a file, made from the ports. */
import type { Ports } from './ports.ts';
import { cancelAtExchange } from './cancel.ts';
import { checkImmediately } from './check.ts';
import { collectFills, takeFills } from './collect-fills.ts';
import { FillBatches } from './fill-batches.ts';
import { lookAtOrder } from './look.ts';
import { placeOrder } from './place.ts';
import { commitChange, findResolution, openTrade, withdrawTrade } from './record.ts';
import { watchOrder } from './watch.ts';

export type { Ports } from './ports.ts';
export type Activities = ReturnType<typeof createActivities>;

export function createActivities(ports: Ports) {
  const batches = new FillBatches(ports.exchange);
  return {
    openTrade: openTrade(ports),
    commitChange: commitChange(ports),
    withdrawTrade: withdrawTrade(ports),
    findResolution: findResolution(ports),
    placeOrder: placeOrder(ports),
    checkImmediately: checkImmediately(ports),
    watchOrder: watchOrder(ports),
    lookAtOrder: lookAtOrder(ports),
    cancelAtExchange: cancelAtExchange(ports),
    takeFills: takeFills(ports, batches),
    collectFills: collectFills(ports, batches),
  };
}
