/** What an operator's commands need of the outside: a look now, and what was resolved before. */
import { RESOLVE_WANTED, type GrantedResolution } from '../../domain/order/resolve.ts';
import type { SyncLook } from '../../domain/order/sync-report.ts';
import * as lookup from '../../ports/order-lookup.ts';
import type { OrderPorts } from '../ports.ts';
import { cancellation } from '../runtime/activity-context.ts';

/** Of a manual sync and of a resolve. */
export function lookAtOrder(ports: OrderPorts) {
  return ({ clientOrderId, orderId }: lookup.OrderIds): Promise<SyncLook> =>
    lookup.lookAtOrder(ports, { clientOrderId, orderId }, cancellation());
}

/** The last resolution that was granted, from the order's events. Those of another end have the status that was wanted in their evidence. */
export function findResolution({ trades }: OrderPorts) {
  return async ({ clientOrderId }: { clientOrderId: string }): Promise<GrantedResolution | null> => {
    for (const event of (await trades.events(clientOrderId)).toReversed()) {
      const { cause, toStatus, requestedBy, reason, evidence } = event;
      const status = cause === 'resolved' ? toStatus : evidence?.[RESOLVE_WANTED];
      if (status === 'cancelled' || status === 'failed') {
        return { status, requester: { requestedBy, reason }, endedAs: toStatus };
      }
    }
    return null;
  };
}
