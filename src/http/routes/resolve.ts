import type { Static } from 'typebox';
import { findOrder } from '../find-order.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { ResolveRequest } from '../schemas/operator-commands.ts';
import { OrderPath, problems, ref } from '../schemas/common.ts';
import { stateView } from '../schemas/trade.ts';
import { OrderState } from '../schemas/trade.ts';

export function resolveRoute(app: App, { trades, client }: HttpDependencies): void {
  const schema = {
    operationId: 'resolveOrder',
    summary: "The operator's last word on an order that cannot be verified; the exchange is asked first",
    params: OrderPath,
    body: ResolveRequest,
    response: { 200: ref(OrderState), ...problems(400, 404, 409, 413, 415) },
  };
  app.post(
    '/api/v1/orders/:order_id/resolve',
    { schema },
    async ({ params, body }): Promise<Static<typeof OrderState>> => {
      const { clientOrderId } = await findOrder(trades, params.order_id);
      const { status, requested_by: requestedBy, reason } = body;
      return stateView(
        await client.resolve(clientOrderId, { status, requestedBy, reason, timeoutMs: TIMEOUTS_MS.exchange }),
      );
    },
  );
}
