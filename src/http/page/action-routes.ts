/** What the buttons do: the same as the interface's own operations, answered for people. */
import { cancelKnown } from '../../commands/carry-out.ts';
import { isEnded } from '../../domain/order/trade.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import { HttpProblem } from '../problem.ts';
import { findOrder } from '../routes/orders.ts';
import { OrderPath } from '../schemas/common.ts';
import { ResolveRequest } from '../schemas/operator-commands.ts';
import { html } from './html.ts';
import { CancelForm, HaltForm, ResumeForm, SyncForm } from './queries.ts';
import { sendNotice } from './send.ts';
import { noticeView } from './views/dialogs.ts';
import { orderLink, statusMark } from './views/parts.ts';
import { syncReportView } from './views/sync-report.ts';

export function actionRoutes(page: App, dependencies: HttpDependencies): void {
  orderActions(page, dependencies);
  brakeActions(page, dependencies);
}

function orderActions(page: App, { trades, client }: HttpDependencies): void {
  const ofOrder = { hide: true, params: OrderPath };

  page.post(
    '/page/orders/:order_id/sync',
    { schema: { ...ofOrder, body: SyncForm } },
    async ({ params, body }, reply) => {
      const { clientOrderId } = await findOrder(trades, params.order_id);
      const { requested_by: requestedBy = null, reason = null } = body;
      const report = await client.sync(clientOrderId, { requestedBy, reason, timeoutMs: TIMEOUTS_MS.exchange });
      return sendNotice(reply, syncReportView(report));
    },
  );

  page.post(
    '/page/orders/:order_id/cancel',
    { schema: { ...ofOrder, body: CancelForm } },
    async ({ params, body }, reply) => {
      const { clientOrderId, status } = await findOrder(trades, params.order_id);
      if (isEnded(status)) throw new HttpProblem('order-ended', `the order has ended as ${status}`);
      const { requested_by: requestedBy, reason } = body;
      await cancelKnown(client, clientOrderId, { requestedBy, reason, timeoutMs: TIMEOUTS_MS.command });
      const text = html`The cancel of ${orderLink(clientOrderId)} is requested; it has ended when the exchange says so.`;
      return sendNotice(reply, noticeView(text));
    },
  );

  page.post(
    '/page/orders/:order_id/resolve',
    { schema: { ...ofOrder, body: ResolveRequest } },
    async ({ params, body }, reply) => {
      const { clientOrderId } = await findOrder(trades, params.order_id);
      const { status, requested_by: requestedBy, reason } = body;
      const wish = { status, requestedBy, reason, timeoutMs: TIMEOUTS_MS.exchange };
      const state = await client.resolve(clientOrderId, wish);
      return sendNotice(reply, noticeView(html`${orderLink(clientOrderId)} has ended as ${statusMark(state.status)}`));
    },
  );
}

function brakeActions(page: App, { halts }: HttpDependencies): void {
  page.post('/page/halt', { schema: { hide: true, body: HaltForm } }, async ({ body }, reply) => {
    const { requested_by: requestedBy, reason, cancel_open: cancelOpen } = body;
    const botId = botOf(body);
    await halts.halt({ botId, requestedBy, reason, cancelOpen: cancelOpen !== undefined });
    return sendNotice(reply, noticeView(botId === null ? 'Every bot is halted.' : `Bot ${botId} is halted.`));
  });

  page.post('/page/resume', { schema: { hide: true, body: ResumeForm } }, async ({ body }, reply) => {
    const botId = botOf(body);
    await halts.resume({ botId, requestedBy: body.requested_by, reason: body.reason });
    return sendNotice(reply, noticeView(botId === null ? 'Placing goes on.' : `Bot ${botId} goes on.`));
  });
}

/** A field that was left empty means every bot. */
function botOf({ bot_id: botId = '' }: { bot_id?: string }): string | null {
  return botId === '' ? null : botId;
}
