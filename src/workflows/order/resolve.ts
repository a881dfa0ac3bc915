/** `resolveOrder`: asks the exchange first, and closes the order only where nothing speaks against it. */
import { ApplicationFailure, patched } from '@temporalio/workflow';
import { describeFieldErrors, isRecord } from '../../domain/field-error.ts';
import { NOBODY } from '../../domain/order/requester.ts';
import {
  isAskedAgain,
  readResolution,
  refusedBeforeAsking,
  refusedByExchange,
  RESOLVE_WANTED,
  type Resolution,
} from '../../domain/order/resolve.ts';
import { isEnded, type OrderState } from '../../domain/order/trade.ts';
import { lookNow } from './activity-calls.ts';
import type { OrderRun } from './order-run.ts';

/** Throws ApplicationFailure `InvalidResolution` or `ResolveRefused`; either stands in `order_events`. */
export function resolveByHand(run: OrderRun, argument: unknown): Promise<OrderState> {
  return run.exclusively(async () => {
    const read = readResolution(argument);
    if (read.kind === 'malformed') {
      const evidence = isRecord(argument) ? argument : { argument };
      return refuse(run, 'InvalidResolution', describeFieldErrors(read.errors), { requester: NOBODY, evidence });
    }
    await resolve(run, read.resolution);
    await run.recorded();
    return run.state;
  });
}

async function resolve(run: OrderRun, resolution: Resolution): Promise<void> {
  const { status, requester } = resolution;
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
      const { order, at, source } = look;
      const forbidden = refusedByExchange(order);
      const wanted = forbidden === null ? { [RESOLVE_WANTED]: status } : null;
      // What was seen is kept, whatever becomes of the request.
      run.send({ type: 'OBSERVED', order, seenAt: at, source, layer: 'manual-sync', requester, evidence: wanted });
      if (forbidden !== null) return refuse(run, 'ResolveRefused', forbidden, { requester, evidence });
      return;
    }
    case 'absent':
      run.send({ type: 'RESOLVE', status, requester });
  }
}

/** An operator whose connection broke asks again, and is told what was done for the first time. Nothing is written. */
async function isAnsweredAlready(run: OrderRun, asked: Resolution): Promise<boolean> {
  if (!isEnded(run.row.status) || !patched('answer-a-repeated-resolve')) return false;
  return isAskedAgain(asked, await run.findResolution(), run.row);
}

async function refuse(
  run: OrderRun,
  type: 'InvalidResolution' | 'ResolveRefused',
  why: string,
  { requester, evidence }: { requester: Resolution['requester']; evidence: Record<string, unknown> },
): Promise<never> {
  run.send({ type: 'NOTED', cause: 'resolve_refused', requester, evidence: { ...evidence, why } });
  await run.recorded();
  throw ApplicationFailure.nonRetryable(why, type);
}
