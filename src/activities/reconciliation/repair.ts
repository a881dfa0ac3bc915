/** Repairs go through the order's own workflow; whether one helped is for the next run to see. */
import { log } from '@temporalio/activity';
import { evidenceOf, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { mismatches } from '../../domain/order/match-intent.ts';
import type { ObservedFact } from '../../domain/order/fact.ts';
import { checkOrderRequest, isClientOrderId, type OrderIntent } from '../../domain/order/order-request.ts';
import type { Difference } from '../../domain/reconciliation/difference.ts';
import { now } from '../runtime/activity-context.ts';
import type { ReconciliationPorts } from '../ports.ts';

/** Sends the repair, if there is one. When Temporal does not answer, the next run sends it again. */
export async function repair(ports: ReconciliationPorts, issueId: string, difference: Difference): Promise<void> {
  if (difference.repair.kind === 'none') return;
  await ports.reconciliations.noteRepair(issueId);
  try {
    await send(ports, difference);
  } catch (error) {
    const { clientOrderId, orderId, kind } = difference;
    log.warn('a repair could not be sent', { clientOrderId, orderId, issueId, kind, error });
  }
}

async function send(ports: ReconciliationPorts, { clientOrderId, repair: action, detail }: Difference): Promise<void> {
  if (clientOrderId === null) return;
  switch (action.kind) {
    case 'signal':
      return ports.orderWorkflows.signalOrResume(clientOrderId, observedNow(action.order));
    case 'resume':
      return ports.orderWorkflows.resume(clientOrderId);
    case 'request-sync':
      return ports.orderWorkflows.requestSync(clientOrderId, detail);
    case 'adopt':
      return adopt(ports, clientOrderId, action.order);
    case 'none':
  }
}

function observedNow(order: ExchangeOrder): ObservedFact {
  const at = now();
  return { type: 'observed', key: `reconciliation/${at}`, at, order, source: 'sweep', layer: 'reconciliation' };
}

/** Only what a workflow, or the archived history of one, was started with proves that an order is ours. */
async function adopt(ports: ReconciliationPorts, clientOrderId: string, order: ExchangeOrder): Promise<void> {
  const intent = isClientOrderId(clientOrderId) ? await provenIntent(ports, clientOrderId, order) : null;
  if (intent === null) return;
  const { orderId, createdTime } = order;
  const evidence = { ...evidenceOf(order), created_time: createdTime };
  const by = { requestedBy: 'reconciliation', reason: 'its workflow was started with the same order' };
  const { trade } = await ports.trades.adopt({ ...intent, orderId, createdAt: createdTime, evidence }, by);
  if (trade.orderId === orderId) await ports.orderWorkflows.signalOrResume(trade.clientOrderId, observedNow(order));
}

async function provenIntent(
  { orderWorkflows, reconciliations }: ReconciliationPorts,
  clientOrderId: string,
  order: ExchangeOrder,
): Promise<OrderIntent | null> {
  for (const request of [
    await orderWorkflows.requestOf(clientOrderId),
    await reconciliations.archivedRequest(clientOrderId),
  ]) {
    const checked = checkOrderRequest(request);
    if (checked.kind !== 'complete' || checked.intent.clientOrderId !== clientOrderId) continue;
    // With the order's own time, because no row says when it was asked for.
    const meant = { ...checked.intent, createdAt: order.createdTime ?? now() };
    if (mismatches(meant, order).length === 0) return checked.intent;
  }
  return null;
}
