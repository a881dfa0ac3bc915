/** The parts of the page that renew themselves. */
import { readOrderRecord } from '../../commands/order-record.ts';
import { workflowIdOf } from '../../domain/order/order-request.ts';
import { needs } from '../access/roles.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { findOrder } from '../routes/orders.ts';
import { OrderPath } from '../schemas/common.ts';
import { segment } from './html.ts';
import { readHealth } from './health.ts';
import { BoardQuery } from './queries.ts';
import { sendHtml } from './send.ts';
import { blockedView } from './views/blocked.ts';
import { healthView } from './views/health.ts';
import { orderView } from './views/order.ts';
import { ordersView } from './views/orders.ts';
import { reconciliationView } from './views/reconciliation.ts';

/** What a person takes in; the rest is a click away. */
const MAX_BLOCKED = 50;
const ORDERS_A_PAGE = 25;
const MAX_ISSUES = 50;
const NEWEST_ISSUES = 10;
const NEWEST_RUNS = 8;
const ENDED_ORDERS = 500;

export function fragmentRoutes(page: App, dependencies: HttpDependencies): void {
  const { trades, board, halts, reconciliations, workflowsUrl } = dependencies;
  const schema = { hide: true, ...needs('read') };

  page.get('/page/blocked', { schema }, async (_request, reply) => {
    const [bots, inForce] = await Promise.all([board.blockedBots(MAX_BLOCKED), halts.list()]);
    return sendHtml(reply, blockedView(bots, inForce, Date.now()));
  });

  page.get('/page/health', { schema }, async (_request, reply) => {
    return sendHtml(reply, healthView(await readHealth(dependencies), Date.now()));
  });

  page.get('/page/orders', { schema: { ...schema, querystring: BoardQuery } }, async ({ query }, reply) => {
    const { view = 'open', bot_id: botId, product_id: productId, cursor } = query;
    const filter = { ...(botId !== undefined && { botId }), ...(productId !== undefined && { productId }) };
    const paging = { limit: ORDERS_A_PAGE, ...(cursor !== undefined && { cursor }) };
    const [orders, openOrders] = await Promise.all([board.list({ view, ...filter, ...paging }), board.openOrders()]);
    return sendHtml(reply, ordersView(query, orders, openOrders, Date.now()));
  });

  page.get('/page/orders/:order_id', { schema: { ...schema, params: OrderPath } }, async ({ params }, reply) => {
    const trade = await findOrder(trades, params.order_id);
    const record = await readOrderRecord(trades, trade);
    const temporalUrl = workflowsUrl && `${workflowsUrl}/${segment(workflowIdOf(trade.clientOrderId))}`;
    return sendHtml(reply, orderView({ trade, ...record, temporalUrl }, Date.now()));
  });

  page.get('/page/reconciliation', { schema }, async (_request, reply) => {
    const [unresolved, newest, runs] = await Promise.all([
      reconciliations.listIssues({ unresolved: true, limit: MAX_ISSUES }),
      reconciliations.listIssues({ limit: NEWEST_ISSUES }),
      reconciliations.listRuns({ limit: NEWEST_RUNS }),
    ]);
    const found = { unresolved: unresolved.items, newest: newest.items, runs: runs.items };
    return sendHtml(reply, reconciliationView(found, Date.now()));
  });

  page.get('/page/ended', { schema }, async () => ({ items: await board.endedLast(ENDED_ORDERS) }));
}
