/** The buttons of the list: a command for every order that it shows, on this page and on those after it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Command } from '../../commands/carry-out.ts';
import { commandInPages } from '../../commands/in-pages.ts';
import type { PageRequest } from '../../ports/page.ts';
import { identityOf, needs } from '../access/roles.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import { ManyForm, ManyQuery, ResolveManyForm } from './queries.ts';
import { sendHtml, sendNotice } from './send.ts';
import { manyDialog, manyResultsView, type ManyKind } from './views/many.ts';

/** What a person is shown of those that are meant, and what one answer does at most. */
const SHOWN_BEFORE = 10;
const MAX_AT_ONCE = 100;

export function manyRoutes(page: App, { board, client }: HttpDependencies): void {
  const listOf =
    ({ view, bot_id: botId, product_id: productId }: ManyQuery) =>
    (paging: PageRequest) =>
      board.list({
        view,
        ...(botId !== undefined && { botId }),
        ...(productId !== undefined && { productId }),
        ...paging,
      });

  for (const kind of ['sync', 'cancel', 'resolve'] as const) {
    const asked = { hide: true, querystring: ManyQuery, ...needs('read') };
    page.get(`/page/many/${kind}`, { schema: asked }, async ({ query }, reply) => {
      const { items, nextCursor } = await listOf(query)({ limit: SHOWN_BEFORE });
      return sendHtml(reply, manyDialog(kind, query, { orders: items, areMore: nextCursor !== null }));
    });
  }

  const answer = async (kind: ManyKind, command: Command, request: Sent, reply: FastifyReply) => {
    const { cursor } = request.body;
    const { items, nextCursor } = await commandInPages(
      command,
      { list: listOf(request.body), limit: MAX_AT_ONCE, ...(cursor !== undefined && { cursor }) },
      { client, identity: identityOf(request), withinMs: TIMEOUTS_MS.exchange },
    );
    return sendNotice(reply, manyResultsView(kind, items, { form: request.body, nextCursor }));
  };

  for (const kind of ['sync', 'cancel'] as const) {
    const schema = { hide: true, body: ManyForm, ...needs('operate') };
    page.post(`/page/many/${kind}`, { schema }, (request, reply) => {
      const { requested_by: requestedBy, reason } = request.body;
      return answer(kind, { kind, requester: { requestedBy, reason } }, request, reply);
    });
  }
  const schema = { hide: true, body: ResolveManyForm, ...needs('operate') };
  page.post('/page/many/resolve', { schema }, (request, reply) => {
    const { requested_by: requestedBy, reason, status } = request.body;
    return answer('resolve', { kind: 'resolve', resolution: { status, requestedBy, reason } }, request, reply);
  });
}

type Sent = Pick<FastifyRequest<{ Body: ManyForm }>, 'body' | 'caller'>;
