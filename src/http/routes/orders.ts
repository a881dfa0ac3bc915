/** Placing an order, and showing one. */
import { identityOf, needs } from '../access/roles.ts';
import type { Static } from 'typebox';
import { readOrderRecord } from '../../commands/order-record.ts';
import { workflowIdOf } from '../../domain/order/order-request.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import { readOrderRequest } from '../order-request.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { OrderPath, problems, ref } from '../schemas/common.ts';
import { OrderAccepted, OrderRequest } from '../schemas/place.ts';
import { OrderDetail, orderView } from '../schemas/trade.ts';
import type { Trade } from '../../domain/order/trade.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import { HttpProblem } from '../problem.ts';

export function placeRoute(app: App, { client }: HttpDependencies): void {
  const schema = {
    operationId: 'placeOrder',
    ...needs('place'),
    summary: 'Places an order; repeating the same request never places a second one',
    body: ref(OrderRequest),
    response: { 202: ref(OrderAccepted), ...problems(400, 409, 413, 415) },
  };
  // The body is judged by the engine's own rule, not by the document's picture of it.
  const validatorCompiler = () => () => true;
  app.post('/api/v1/orders', { schema, validatorCompiler }, async (request, reply) => {
    const order = readOrderRequest(request.body);
    const { clientOrderId, status } = await client.place(order, {
      timeoutMs: TIMEOUTS_MS.command,
      identity: identityOf(request),
    });
    const workflow_id = workflowIdOf(clientOrderId);
    return reply
      .code(202)
      .header('location', `/api/v1/orders/${clientOrderId}`)
      .send({ client_order_id: clientOrderId, workflow_id, status });
  });
}

export function orderRoute(app: App, { trades }: HttpDependencies): void {
  const schema = {
    operationId: 'getOrder',
    ...needs('read'),
    summary: 'One order: the trade with its events and fills',
    params: OrderPath,
    response: { 200: ref(OrderDetail), ...problems(400, 404) },
  };
  app.get('/api/v1/orders/:order_id', { schema }, async ({ params }): Promise<Static<typeof OrderDetail>> => {
    const trade = await findOrder(trades, params.order_id);
    return orderView(trade, await readOrderRecord(trades, trade));
  });
}

/** The trade of an exchange order id or a client order id. Throws the problem `unknown-order`. */
export async function findOrder(trades: TradeStore, orderId: string): Promise<Trade> {
  const trade = await trades.findByEitherId(orderId);
  if (trade === null) {
    throw new HttpProblem('unknown-order', `no order has the exchange order id or the client order id ${orderId}`);
  }
  return trade;
}
