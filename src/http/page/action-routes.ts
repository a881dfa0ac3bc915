/** What the buttons do: the same as the interface's own operations, answered for people. */
import { cancelKnown } from '../../commands/carry-out.ts';
import { isEnded } from '../../domain/order/trade.ts';
import { identityOf, needs } from '../access/roles.ts';
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
  const ofOrder = { hide: true, params: OrderPath, ...needs('operate') };

  page.post('/page/orders/:order_id/sync', { schema: { ...ofOrder, body: SyncForm } }, async (request, reply) => {
    const { clientOrderId } = await findOrder(trades, request.params.order_id);
    const { requested_by: requestedBy = null, reason = null } = request.body;
    const asked = { requestedBy, reason, identity: identityOf(request) };
    const report = await client.sync(clientOrderId, { ...asked, timeoutMs: TIMEOUTS_MS.exchange });
    return sendNotice(reply, syncReportView(report));
  });

  page.post('/page/orders/:order_id/cancel', { schema: { ...ofOrder, body: CancelForm } }, async (request, reply) => {
    const { clientOrderId, status } = await findOrder(trades, request.params.order_id);
    if (isEnded(status)) throw new HttpProblem('order-ended', `the order has ended as ${status}`);
    const { requested_by: requestedBy, reason } = request.body;
    const asked = { requestedBy, reason, identity: identityOf(request) };
    await cancelKnown(client, clientOrderId, { ...asked, timeoutMs: TIMEOUTS_MS.command });
    const text = html`The cancel of ${orderLink(clientOrderId)} is requested; it has ended when the exchange says so.`;
    return sendNotice(reply, noticeView(text));
  });

  page.post(
    '/page/orders/:order_id/resolve',
    { schema: { ...ofOrder, body: ResolveRequest } },
    async (request, reply) => {
      const { clientOrderId } = await findOrder(trades, request.params.order_id);
      const { status, requested_by: requestedBy, reason } = request.body;
      const asked = { status, requestedBy, reason, identity: identityOf(request) };
      const resolution = { ...asked, timeoutMs: TIMEOUTS_MS.exchange };
      const state = await client.resolve(clientOrderId, resolution);
      return sendNotice(reply, noticeView(html`${orderLink(clientOrderId)} has ended as ${statusMark(state.status)}`));
    },
  );
}

function brakeActions(page: App, { halts }: HttpDependencies): void {
  page.post('/page/halt', { schema: { hide: true, ...needs('operate'), body: HaltForm } }, async (request, reply) => {
    const { requested_by: requestedBy, reason, cancel_open: cancelOpen } = request.body;
    const botId = botOf(request.body);
    const sentBy = identityOf(request);
    await halts.halt({ botId, requestedBy, sentBy, reason, cancelOpen: cancelOpen !== undefined });
    return sendNotice(reply, noticeView(botId === null ? 'Every bot is halted.' : `Bot ${botId} is halted.`));
  });

  page.post(
    '/page/resume',
    { schema: { hide: true, ...needs('operate'), body: ResumeForm } },
    async (request, reply) => {
      const { requested_by: requestedBy, reason } = request.body;
      const botId = botOf(request.body);
      await halts.resume({ botId, requestedBy, sentBy: identityOf(request), reason });
      return sendNotice(reply, noticeView(botId === null ? 'Placing is resumed.' : `Bot ${botId} is resumed.`));
    },
  );
}

/** A field that was left empty means every bot. */
function botOf({ bot_id: botId = '' }: { bot_id?: string }): string | null {
  return botId === '' ? null : botId;
}
