/** `resolveOrder`: asks the exchange first, and closes the order only where nothing speaks against it. */
import { ApplicationFailure } from '@temporalio/workflow';
import { describeFieldErrors, isRecord } from '../order/field-error.ts';
import { NOBODY } from '../order/requester.ts';
import { readResolution, refusedBeforeAsking, refusedByExchange, type Resolution } from '../order/resolve.ts';
import type { OrderState } from '../order/trade.ts';
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

async function resolve(run: OrderRun, { status, requester }: Resolution): Promise<void> {
  const evidence = { status };
  const tooEarly = refusedBeforeAsking(run.row, Date.now());
  if (tooEarly !== null) return refuse(run, 'ResolveRefused', tooEarly, { requester, evidence });

  const { clientOrderId, orderId } = run.row;
  const look = await lookNow({ clientOrderId, orderId });
  switch (look.kind) {
    case 'no-answer':
      return refuse(run, 'ResolveRefused', `the exchange did not answer: ${look.error}`, { requester, evidence });
    case 'seen': {
      // What was seen is kept, whatever becomes of the request.
      const { order, at, source } = look;
      run.send({ type: 'OBSERVED', order, seenAt: at, source, layer: 'manual-sync', requester });
      const forbidden = refusedByExchange(order);
      if (forbidden !== null) return refuse(run, 'ResolveRefused', forbidden, { requester, evidence });
      return;
    }
    case 'absent':
      run.send({ type: 'RESOLVE', status, requester });
  }
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
