/** Looks at one order that end with the activity that makes them. */
import type { SyncLook } from '../../domain/order/sync-report.ts';
import type { RequestPriority } from '../../ports/exchange.ts';
import * as lookup from '../../ports/order-lookup.ts';
import { cancellation } from '../runtime/activity-context.ts';

export function lookUpOrder(
  ports: lookup.LookupPorts,
  order: lookup.OrderIds,
  priority: RequestPriority,
): Promise<lookup.Lookup> {
  return lookup.lookUpOrder(ports, order, priority, cancellation());
}

/** The activity of a manual sync and of an operator's resolve. */
export function lookAtOrder(ports: lookup.LookupPorts) {
  return ({ clientOrderId, orderId }: lookup.OrderIds): Promise<SyncLook> =>
    lookup.lookAtOrder(ports, { clientOrderId, orderId }, cancellation());
}
