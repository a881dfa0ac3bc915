import { needs } from '../access/roles.ts';
import type { Static } from 'typebox';
import type { App, HttpDependencies } from '../dependencies.ts';
import { problems } from '../schemas/common.ts';
import {
  BotPath,
  CanTrade,
  CanTradeQuery,
  canTradeView,
  issueView,
  PageQuery,
  ReconciliationPage,
  runView,
  SyncIssuePage,
  TradePage,
  TradeQuery,
} from '../schemas/lists.ts';
import { tradeView } from '../schemas/trade.ts';

export function listRoutes(app: App, dependencies: HttpDependencies): void {
  tradesRoute(app, dependencies);
  syncIssuesRoute(app, dependencies);
  reconciliationsRoute(app, dependencies);
}

function tradesRoute(app: App, { trades }: HttpDependencies): void {
  const schema = {
    operationId: 'listTrades',
    ...needs('read'),
    summary: 'Trades, newest first',
    querystring: TradeQuery,
    response: { 200: TradePage, ...problems(400) },
  };
  app.get('/api/v1/trades', { schema }, async ({ query }): Promise<Static<typeof TradePage>> => {
    const { bot_id: botId, product_id: productId, ...rest } = query;
    const page = await trades.list({ ...rest, ...(botId && { botId }), ...(productId && { productId }) });
    return { items: page.items.map(tradeView), next_cursor: page.nextCursor };
  });
}

function syncIssuesRoute(app: App, { reconciliations }: HttpDependencies): void {
  const schema = {
    operationId: 'listSyncIssues',
    ...needs('read'),
    summary: 'Differences between database and exchange that were found, newest first',
    querystring: PageQuery,
    response: { 200: SyncIssuePage, ...problems(400) },
  };
  app.get('/api/v1/sync-issues', { schema }, async ({ query }): Promise<Static<typeof SyncIssuePage>> => {
    const page = await reconciliations.listIssues(query);
    return { items: page.items.map(issueView), next_cursor: page.nextCursor };
  });
}

function reconciliationsRoute(app: App, { reconciliations }: HttpDependencies): void {
  const schema = {
    operationId: 'listReconciliations',
    ...needs('read'),
    summary: 'Runs of reconciliation, newest first',
    querystring: PageQuery,
    response: { 200: ReconciliationPage, ...problems(400) },
  };
  app.get('/api/v1/reconciliations', { schema }, async ({ query }): Promise<Static<typeof ReconciliationPage>> => {
    const page = await reconciliations.listRuns(query);
    return { items: page.items.map(runView), next_cursor: page.nextCursor };
  });
}

export function canTradeRoute(app: App, { trades }: HttpDependencies): void {
  const schema = {
    operationId: 'canTrade',
    ...needs('read'),
    summary: 'Whether the bot may trade the product, and which open orders block it',
    params: BotPath,
    querystring: CanTradeQuery,
    response: { 200: CanTrade, ...problems(400) },
  };
  app.get('/api/v1/bots/:bot_id/can-trade', { schema }, async ({ params, query }): Promise<Static<typeof CanTrade>> =>
    canTradeView(await trades.openTradesOf(params.bot_id, query.product_id ?? null)),
  );
}
