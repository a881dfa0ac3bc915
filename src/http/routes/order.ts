import type { Static } from 'typebox';
import { findOrder } from '../find-order.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { OrderPath, problems, ref } from '../schemas/common.ts';
import { OrderDetail, orderView } from '../schemas/trade.ts';

export function orderRoute(app: App, { trades }: HttpDependencies): void {
  const schema = {
    operationId: 'getOrder',
    summary: 'One order: the trade with its events and fills',
    params: OrderPath,
    response: { 200: ref(OrderDetail), ...problems(400, 404) },
  };
  app.get('/api/v1/orders/:order_id', { schema }, async ({ params }): Promise<Static<typeof OrderDetail>> => {
    const trade = await findOrder(trades, params.order_id);
    const [events, fills] = await Promise.all([
      trades.events(trade.clientOrderId),
      trade.orderId === null ? [] : trades.fillsOf(trade.orderId),
    ]);
    return orderView(trade, events, fills);
  });
}
