import type { Static } from 'typebox';
import type { App, HttpDependencies } from '../dependencies.ts';
import { problems } from '../schemas/common.ts';
import { BotPath, CanTrade, CanTradeQuery, canTradeView } from '../schemas/lists.ts';

export function canTradeRoute(app: App, { trades }: HttpDependencies): void {
  const schema = {
    operationId: 'canTrade',
    summary: 'Whether the bot has no open order on the product, and which it has',
    params: BotPath,
    querystring: CanTradeQuery,
    response: { 200: CanTrade, ...problems(400) },
  };
  app.get('/api/v1/bots/:bot_id/can-trade', { schema }, async ({ params, query }): Promise<Static<typeof CanTrade>> =>
    canTradeView(await trades.openTradesOf(params.bot_id, query.product_id ?? null)),
  );
}
