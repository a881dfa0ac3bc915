import { RESOLVE_WANTED, type GrantedResolution } from '../../domain/order/resolve.ts';
import type { OrderPorts } from '../ports.ts';

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
