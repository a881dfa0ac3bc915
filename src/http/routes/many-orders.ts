/** What a person asks of many orders at once: a part of them with each request, as far as its time allows. */
import { identityOf, needs } from '../access/roles.ts';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { carryOut, type Command } from '../../commands/carry-out.ts';
import { forManyOrders, ORDERS_AT_ONCE } from '../../commands/many-orders.ts';
import { filterOf, type OrderSelection } from '../../commands/selection.ts';
import { resultFor, type CommandResult as Result } from '../../domain/order/command-result.ts';
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
  USUAL_ORDERS,
} from '../schemas/many-orders.ts';

/** Less is too little for an answer of the exchange that takes its time. */
const ENOUGH_MS = 6_000;

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

function requesterOf({ requested_by, reason }: { requested_by?: string | null; reason?: string | null }) {
  return { requestedBy: requested_by ?? null, reason: reason ?? null };
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

/** In chunks, each begun only while there is time for it: the cursor leads to what was not begun. */
async function pageOf(
  { trades, client }: HttpDependencies,
  command: Command,
  { selection, identity, dry_run: isDry = false, limit = USUAL_ORDERS, cursor }: PageOf,
): Promise<Static<typeof CommandPage>> {
  const stopAtMs = performance.now() + TIMEOUTS_MS.exchange;
  const leftMs = () => Math.max(1, Math.floor(stopAtMs - performance.now()));
  const results: Result[] = [];
  let next: string | null | undefined = cursor;
  do {
    const chunk = await trades.list({
      ...filterOf(selection),
      limit: Math.min(limit - results.length, ORDERS_AT_ONCE),
      ...(next !== undefined && { cursor: next }),
    });
    const done = isDry
      ? chunk.items.map((trade) => resultFor(trade, { outcome: 'selected', toStatus: trade.status }))
      : await forManyOrders(chunk.items, (trade) =>
          carryOut(client, command, trade, { identity, timeoutMs: leftMs() }),
        );
    results.push(...done);
    next = chunk.nextCursor;
  } while (next !== null && results.length < limit && leftMs() > ENOUGH_MS);
  return { items: results.map(resultView), next_cursor: next };
}
