/** What an operator is asked before something is done. */
import { needs } from '../access/roles.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { findOrder } from '../routes/orders.ts';
import { OrderPath } from '../schemas/common.ts';
import { BotQuery } from './queries.ts';
import { sendHtml } from './send.ts';
import { cancelDialog, haltDialog, resolveDialog, resumeDialog } from './views/dialogs.ts';

export function dialogRoutes(page: App, { trades }: HttpDependencies): void {
  const ofOrder = { hide: true, params: OrderPath, ...needs('read') };
  const ofBot = { hide: true, querystring: BotQuery, ...needs('read') };

  page.get('/page/orders/:order_id/cancel', { schema: ofOrder }, async ({ params }, reply) =>
    sendHtml(reply, cancelDialog(await findOrder(trades, params.order_id))),
  );
  page.get('/page/orders/:order_id/resolve', { schema: ofOrder }, async ({ params }, reply) =>
    sendHtml(reply, resolveDialog(await findOrder(trades, params.order_id))),
  );
  page.get('/page/halt', { schema: ofBot }, async ({ query }, reply) => sendHtml(reply, haltDialog(query.bot_id)));
  page.get('/page/resume', { schema: ofBot }, async ({ query }, reply) => sendHtml(reply, resumeDialog(query.bot_id)));
}
