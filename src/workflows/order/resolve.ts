/** `resolveOrder`: asks the exchange first, and closes the order only where nothing speaks against it. */
import { ApplicationFailure } from '@temporalio/workflow';
import { describeFieldErrors, isRecord } from '../../domain/field-error.ts';
import { hasEnded } from '../../domain/order/exchange-order.ts';
import type { OrderState } from '../../domain/order/order-state.ts';
import { NOBODY, type Caller } from '../../domain/order/requester.ts';
import {
  isAskedAgain,
  readResolution,
  refusedBeforeAsking,
  refusedByExchange,
  RESOLVE_WANTED,
  type Resolution,
} from '../../domain/order/resolve.ts';
import { isEnded } from '../../domain/order/trade.ts';
import { lookNow } from './activity-calls.ts';
import type { Message } from './messages.ts';
import type { OrderRun } from './order-run.ts';

/** Throws ApplicationFailure `InvalidResolution` or `ResolveRefused`; either is recorded in `order_events`. */
export function resolveOrder(run: OrderRun, ...[argument, sentBy]: Message): Promise<OrderState> {
  return run.enqueue(async () => {
    const read = readResolution(argument);
    if (read.kind === 'malformed') {
      const evidence = isRecord(argument) ? argument : { argument };
      return refuse(run, 'InvalidResolution', describeFieldErrors(read.errors), {
        requester: { ...NOBODY, sentBy },
        evidence,
      });
    }
    await resolve(run, read.resolution, sentBy);
    return run.state;
  });
}

async function resolve(run: OrderRun, resolution: Resolution, sentBy: Message[1]): Promise<void> {
  const { status } = resolution;
  const requester = { ...resolution.requester, sentBy };
  const evidence = { status };
  if (await isAnsweredAlready(run, resolution)) return;
  const tooEarly = refusedBeforeAsking(run.row, Date.now());
  if (tooEarly !== null) return refuse(run, 'ResolveRefused', tooEarly, { requester, evidence });

  const { clientOrderId, orderId } = run.row;
  const look = await lookNow({ clientOrderId, orderId });
  switch (look.kind) {
    case 'no-answer':
      return refuse(run, 'ResolveRefused', `the exchange did not answer: ${look.error}`, { requester, evidence });
    case 'seen': {
      const { order, source } = look;
      const forbidden = refusedByExchange(order);
      const wanted = forbidden === null ? { [RESOLVE_WANTED]: status } : null;
      // What was seen is recorded, whatever becomes of the request.
      const seen = { order, source, layer: 'manual-sync', requester, evidence: wanted } as const;
      await run.learn({ type: 'observed', ...seen }, look.at);
      if (forbidden !== null) return refuse(run, 'ResolveRefused', forbidden, { requester, evidence });
      if (!hasEnded(order)) await run.learn({ type: 'resolved', status, requester });
      return;
    }
    case 'absent':
      await run.learn({ type: 'resolved', status, requester });
  }
}

/** An operator whose connection broke asks again, and gets the first answer. Nothing is written. */
async function isAnsweredAlready(run: OrderRun, asked: Resolution): Promise<boolean> {
  return isEnded(run.row.status) && isAskedAgain(asked, await run.findResolution(), run.row);
}

async function refuse(
  run: OrderRun,
  type: 'InvalidResolution' | 'ResolveRefused',
  why: string,
  { requester, evidence }: { requester: Caller; evidence: Record<string, unknown> },
): Promise<never> {
  await run.learn({ type: 'noted', cause: 'resolve_refused', requester, evidence: { ...evidence, why } });
  throw ApplicationFailure.nonRetryable(why, type);
}
