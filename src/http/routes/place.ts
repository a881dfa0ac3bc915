import { workflowIdOf } from '../../domain/order/order-request.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import { readOrderRequest } from '../order-request.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { problems, ref } from '../schemas/common.ts';
import { OrderAccepted, OrderRequest } from '../schemas/place.ts';

export function placeRoute(app: App, { client }: HttpDependencies): void {
  const schema = {
    operationId: 'placeOrder',
    summary: 'Places an order; the same request again places no second one',
    body: ref(OrderRequest),
    response: { 202: ref(OrderAccepted), ...problems(400, 409, 413, 415) },
  };
  // The body is judged by the engine's own rule, not by the document's picture of it.
  const validatorCompiler = () => () => true;
  app.post('/api/v1/orders', { schema, validatorCompiler }, async (request, reply) => {
    const order = readOrderRequest(request.body);
    const { clientOrderId, status } = await client.place(order, { timeoutMs: TIMEOUTS_MS.tell });
    const workflow_id = workflowIdOf(clientOrderId);
    return reply
      .code(202)
      .header('location', `/api/v1/orders/${clientOrderId}`)
      .send({ client_order_id: clientOrderId, workflow_id, status });
  });
}
