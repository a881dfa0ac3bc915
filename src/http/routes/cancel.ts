import { OrderNotFoundError } from '../../client/index.ts';
import type { Requester } from '../../domain/order/requester.ts';
import { workflowIdOf } from '../../domain/order/order-request.ts';
import { isEnded } from '../../domain/order/trade.ts';
import { findOrder } from '../find-order.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import { optionalBody } from '../openapi.ts';
import type { App, HttpDependencies, OrderCommands } from '../dependencies.ts';
import { HttpProblem } from '../problem.ts';
import { CancelRequest } from '../schemas/operator-commands.ts';
import { OrderPath, problems, ref } from '../schemas/common.ts';
import { OrderAccepted } from '../schemas/place.ts';

export function cancelRoute(app: App, { trades, client }: HttpDependencies): void {
  const schema = {
    operationId: 'cancelOrder',
    summary: 'Wants the order cancelled; asynchronous, as at the exchange',
    params: OrderPath,
    body: CancelRequest,
    response: { 202: ref(OrderAccepted), ...problems(400, 404, 409, 413, 415) },
    ...optionalBody,
  };
  app.post('/api/v1/orders/:order_id/cancel', { schema }, async ({ params, body }, reply) => {
    const { clientOrderId, status } = await findOrder(trades, params.order_id);
    if (isEnded(status)) throw new HttpProblem('order-ended', `the order has ended as ${status}`);
    const requester = { requestedBy: body.requested_by ?? null, reason: body.reason ?? null };
    await cancel(client, clientOrderId, requester);
    const accepted = { client_order_id: clientOrderId, workflow_id: workflowIdOf(clientOrderId), status };
    return reply.code(202).send(accepted);
  });
}

/** A sync gives an open order a workflow where it has none. */
async function cancel(client: OrderCommands, clientOrderId: string, requester: Requester): Promise<void> {
  const wish = { ...requester, timeoutMs: TIMEOUTS_MS.tell };
  try {
    await client.cancel(clientOrderId, wish);
  } catch (error) {
    if (!(error instanceof OrderNotFoundError)) throw error;
    await client.sync(clientOrderId, wish);
    await client.cancel(clientOrderId, wish);
  }
}
