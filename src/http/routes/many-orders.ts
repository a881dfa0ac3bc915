/** What a person asks of many orders at once: a part of them with each request, as far as its time allows. */
import { identityOf, needs } from '../access/roles.ts';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Command } from '../../commands/carry-out.ts';
import { commandInPages } from '../../commands/in-pages.ts';
import { filterOf, type OrderSelection } from '../../commands/selection.ts';
import type { PageRequest } from '../../ports/page.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import { problems } from '../schemas/common.ts';
import {
  CancelMany,
  CommandPage,
  ResolveMany,
  resultView,
  selectionOf,
  SyncMany,
  DEFAULT_ORDERS,
} from '../schemas/many-orders.ts';
import { requesterOf } from '../schemas/operator-commands.ts';

export function manyOrdersRoutes(app: App, dependencies: HttpDependencies): void {
  const response = { 200: CommandPage, ...problems(400, 413, 415) };

  const sync = {
    operationId: 'syncTrades',
    ...needs('operate'),
    summary: 'Syncs the orders that fit a filter with the exchange, a page at a time',
    body: SyncMany,
    response,
  };
  app.post('/api/v1/trades/sync', { schema: sync }, (request) =>
    pageOf(dependencies, { kind: 'sync', requester: requesterOf(request.body) }, wanted(request)),
  );

  const cancel = {
    operationId: 'cancelTrades',
    ...needs('operate'),
    summary: 'Cancels the open orders that fit a filter, a page at a time; asynchronous, as at the exchange',
    body: CancelMany,
    response,
  };
  app.post('/api/v1/trades/cancel', { schema: cancel }, (request) =>
    pageOf(dependencies, { kind: 'cancel', requester: requesterOf(request.body) }, wanted(request)),
  );

  const resolve = {
    operationId: 'resolveTrades',
    ...needs('operate'),
    summary: 'Ends the open orders that fit a filter and cannot be verified; the exchange is asked about each first',
    body: ResolveMany,
    response,
  };
  app.post('/api/v1/trades/resolve', { schema: resolve }, (request) => {
    const { status, requested_by: requestedBy, reason } = request.body;
    const command = { kind: 'resolve', resolution: { status, requestedBy, reason } } as const;
    return pageOf(dependencies, command, wanted(request));
  });
}

interface PageOf {
  selection: OrderSelection;
  identity: string;
  dry_run?: boolean;
  limit?: number;
  cursor?: string;
}

type Wanted = Omit<PageOf, 'selection' | 'identity'> & { filter: Parameters<typeof selectionOf>[0] };

function wanted({ body, caller }: Pick<FastifyRequest<{ Body: Wanted }>, 'body' | 'caller'>): PageOf {
  const { filter, ...page } = body;
  return { ...page, selection: selectionOf(filter), identity: identityOf({ caller }) };
}

async function pageOf(
  { trades, client }: HttpDependencies,
  command: Command,
  { selection, identity, dry_run: isDry = false, limit = DEFAULT_ORDERS, cursor }: PageOf,
): Promise<Static<typeof CommandPage>> {
  const list = (page: PageRequest) => trades.list({ ...filterOf(selection), ...page });
  const { items, nextCursor } = await commandInPages(
    command,
    { list, limit, ...(cursor !== undefined && { cursor }) },
    { client, identity, withinMs: TIMEOUTS_MS.exchange, isDry },
  );
  return { items: items.map(resultView), next_cursor: nextCursor };
}
