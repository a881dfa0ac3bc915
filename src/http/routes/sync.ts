import type { Static } from 'typebox';
import { whyNoAnswer, type SyncReport as Report } from '../../domain/order/sync-report.ts';
import { syncDry } from '../dry-run.ts';
import { findOrder } from '../find-order.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import { optionalBody } from '../openapi.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { HttpProblem } from '../problem.ts';
import { reportView, SyncProblem, SyncReport, SyncRequest } from '../schemas/operator-commands.ts';
import { OrderPath, problem, problems, ref } from '../schemas/common.ts';

export function syncRoute(app: App, { trades, client, lookAtOrder }: HttpDependencies): void {
  const schema = {
    operationId: 'syncOrder',
    summary: 'Sync an order with the exchange now',
    params: OrderPath,
    body: SyncRequest,
    response: {
      200: ref(SyncReport),
      ...problems(400, 404, 413, 415),
      503: problem('The exchange is out of reach, or Temporal, or the database', ref(SyncProblem)),
    },
    ...optionalBody,
  };
  const path = '/api/v1/trades/sync-order-status/:order_id';
  app.post(path, { schema }, async ({ params, body }): Promise<Static<typeof SyncReport>> => {
    const trade = await findOrder(trades, params.order_id);
    const requester = { requestedBy: body.requested_by ?? null, reason: body.reason ?? null };
    const report = body.dry_run
      ? await syncDry(trade, requester, lookAtOrder)
      : await client.sync(trade.clientOrderId, { ...requester, timeoutMs: TIMEOUTS_MS.exchange });
    return answer(report);
  });
}

function answer(report: Report): Static<typeof SyncReport> {
  const view = reportView(report);
  const why = whyNoAnswer(report);
  if (why === null) return view;
  throw new HttpProblem('exchange-unavailable', why, { members: view });
}
