/** What a person asks of an order: cancel, resolve, sync. */
import { identityOf, needs } from '../access/roles.ts';
import type { Static } from 'typebox';
import { cancelKnown } from '../../commands/carry-out.ts';
import type { Requester } from '../../domain/order/requester.ts';
import { workflowIdOf } from '../../domain/order/order-request.ts';
import { isEnded, type Trade } from '../../domain/order/trade.ts';
import { findOrder } from './orders.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import { optionalBody } from '../openapi.ts';
import type { App, HttpDependencies, LookAtOrder } from '../dependencies.ts';
import { HttpProblem } from '../problem.ts';
import {
  CancelRequest,
  reportView,
  requesterOf,
  ResolveRequest,
  SyncProblem,
  SyncReport,
  SyncRequest,
} from '../schemas/operator-commands.ts';
import { OrderPath, problem, problems, ref } from '../schemas/common.ts';
import { OrderAccepted } from '../schemas/place.ts';
import { OrderState, stateView } from '../schemas/trade.ts';
import { whyNoAnswer, type SyncLook, type SyncReport as Report } from '../../domain/order/sync-report.ts';
import { dryRun } from '../../domain/order/dry-run.ts';

export function cancelRoute(app: App, { trades, client }: HttpDependencies): void {
  const schema = {
    operationId: 'cancelOrder',
    ...needs('place', 'operate'),
    summary: 'Cancels the order; asynchronous, as at the exchange',
    params: OrderPath,
    body: CancelRequest,
    response: { 202: ref(OrderAccepted), ...problems(400, 404, 409, 413, 415) },
    ...optionalBody,
  };
  app.post('/api/v1/orders/:order_id/cancel', { schema }, async ({ params, body, caller }, reply) => {
    const { clientOrderId, status } = await findOrder(trades, params.order_id);
    if (isEnded(status)) throw new HttpProblem('order-ended', `the order has ended as ${status}`);
    const requester = requesterOf(body);
    await cancelKnown(client, clientOrderId, {
      ...requester,
      identity: identityOf({ caller }),
      timeoutMs: TIMEOUTS_MS.command,
    });
    const accepted = { client_order_id: clientOrderId, workflow_id: workflowIdOf(clientOrderId), status };
    return reply.code(202).send(accepted);
  });
}

export function resolveRoute(app: App, { trades, client }: HttpDependencies): void {
  const schema = {
    operationId: 'resolveOrder',
    ...needs('operate'),
    summary: 'Ends an order that cannot be verified; the exchange is asked first',
    params: OrderPath,
    body: ResolveRequest,
    response: { 200: ref(OrderState), ...problems(400, 404, 409, 413, 415) },
  };
  app.post(
    '/api/v1/orders/:order_id/resolve',
    { schema },
    async ({ params, body, caller }): Promise<Static<typeof OrderState>> => {
      const { clientOrderId } = await findOrder(trades, params.order_id);
      const { status, requested_by: requestedBy, reason } = body;
      return stateView(
        await client.resolve(clientOrderId, {
          status,
          requestedBy,
          reason,
          identity: identityOf({ caller }),
          timeoutMs: TIMEOUTS_MS.exchange,
        }),
      );
    },
  );
}

export function syncRoute(app: App, { trades, client, lookAtOrder }: HttpDependencies): void {
  const schema = {
    operationId: 'syncOrder',
    ...needs('place', 'operate'),
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
  app.post(path, { schema }, async ({ params, body, caller }): Promise<Static<typeof SyncReport>> => {
    const trade = await findOrder(trades, params.order_id);
    const requester = requesterOf(body);
    const report = body.dry_run
      ? await syncDry(trade, requester, lookAtOrder)
      : await client.sync(trade.clientOrderId, {
          ...requester,
          identity: identityOf({ caller }),
          timeoutMs: TIMEOUTS_MS.exchange,
        });
    return answer(report);
  });
}

function answer(report: Report): Static<typeof SyncReport> {
  const view = reportView(report);
  const why = whyNoAnswer(report);
  if (why === null) return view;
  throw new HttpProblem('exchange-unavailable', why, { members: view });
}

/** A sync that only compares, within the time that a caller waits. */
async function syncDry(trade: Trade, requester: Requester, lookAtOrder: LookAtOrder): Promise<Report> {
  const { clientOrderId, orderId } = trade;
  return dryRun(trade, await lookInTime({ clientOrderId, orderId }, lookAtOrder), requester);
}

async function lookInTime(order: Parameters<LookAtOrder>[0], lookAtOrder: LookAtOrder): Promise<SyncLook> {
  const stop = AbortSignal.timeout(TIMEOUTS_MS.exchange);
  try {
    return await lookAtOrder(order, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
    const at = new Date().toISOString();
    return { kind: 'no-answer', error: `the exchange did not answer within ${TIMEOUTS_MS.exchange} ms`, at };
  }
}
