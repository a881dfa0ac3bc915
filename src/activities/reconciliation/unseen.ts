/** Trades that no listing by id has shown: each is asked for by itself before anything is said of it. */
import type { Trade } from '../../domain/order/trade.ts';
import { compareOrder } from '../../domain/reconciliation/compare-order.ts';
import type { Difference } from '../../domain/reconciliation/difference.ts';
import type { StepReport } from '../../domain/reconciliation/report.ts';
import { ISSUE_AFTER_MS } from '../../domain/reconciliation/ripeness.ts';
import { staleDifference } from '../../domain/reconciliation/stale.ts';
import { unseenDifference } from '../../domain/reconciliation/unseen.ts';
import { glimpse } from '../order/glimpse.ts';
import type { ReconciliationPorts } from './ports.ts';
import { chunksOf, inParallel } from '../runtime/in-parallel.ts';
import type { RunContext } from './run-context.ts';
import { runStep, type Step } from './step.ts';
import { take } from './take.ts';

/** A request each: ten seconds of the default budget. Who is left out this time comes first the next. */
const MOST_ASKED = 300;
const TRADES_A_PAGE = 50;
const REQUESTS_AT_ONCE = 4;

export interface UnseenInput {
  clientOrderIds: string[];
  /** How many open trades the exchange showed in this run. */
  ordersSeen: number;
  /** True when the run could not see everything so far. */
  partial: boolean;
}

interface Progress {
  from: number;
  /** Client order ids of those that the exchange said it does not know. */
  absent: string[];
  /** How many were there after all. */
  shown: number;
}

export function reconcileUnseen(ports: ReconciliationPorts) {
  return (run: RunContext, input: UnseenInput): Promise<StepReport> =>
    runStep<Progress>(ports, run, { from: 0, absent: [], shown: 0 }, async (step) => {
      const asked = rotated(input.clientOrderIds, Date.parse(run.startedAt)).slice(0, MOST_ASKED);
      const left = input.clientOrderIds.length - asked.length;
      if (left > 0) step.gap(`${left} trades that no listing shows were not asked for one by one`);
      for (const page of chunksOf(asked, TRADES_A_PAGE).slice(step.cursor.from)) {
        if (step.isLate) break;
        await askPage(ports, step, page);
      }
      await conclude(ports, step, input);
    });
}

async function askPage(
  ports: ReconciliationPorts,
  step: Step<Progress>,
  clientOrderIds: readonly string[],
): Promise<void> {
  const progress = structuredClone({ ...step.cursor, from: step.cursor.from + 1 });
  const differences: (Difference | null)[] = [];
  const trades = await ports.reconciliations.tradesOf({ orderIds: [], clientOrderIds });
  await inParallel(trades, REQUESTS_AT_ONCE, async (trade) => {
    // Just placed: it may be listed late, and can be no issue yet.
    if (Date.now() - Date.parse(trade.createdAt) < ISSUE_AFTER_MS) return;
    const seen = await step.ask('trades one by one', (signal) =>
      glimpse({ exchange: step.exchange, trades: ports.trades }, trade, 'sweep', signal),
    );
    if (seen === null) {
      differences.push(staleDifference(trade, null, Date.now()));
    } else if (seen.kind === 'absent') {
      progress.absent.push(trade.clientOrderId);
    } else {
      step.count({ ordersSeen: 1 });
      if (trade.orderId !== null) progress.shown += 1;
      differences.push(compareOrder(trade, seen.order, Date.now()));
    }
  });
  await take(
    ports,
    step,
    differences.filter((difference) => difference !== null),
  );
  step.checkpoint(progress);
}

/** Says what absence allows to be said; nothing, when the exchange did not show all that it has. */
async function conclude(
  ports: ReconciliationPorts,
  step: Step<Progress>,
  { ordersSeen, partial }: UnseenInput,
): Promise<void> {
  const { absent, shown } = step.cursor;
  if (shown > 0) step.gap(`the exchange's listing by ids lacked ${shown} orders that it has`);
  const trades = await ports.reconciliations.tradesOf({ orderIds: [], clientOrderIds: absent });
  const withId = trades.filter(({ orderId }) => orderId !== null);
  if (withId.length > 0 && ordersSeen === 0 && shown === 0 && !(await knowsAny(ports, step))) {
    step.gap(`the exchange showed none of ${withId.length} orders that it was asked for by id`);
  }
  const isWhole = !partial && !step.hasGaps;
  const judge = (trade: Trade): Difference | null =>
    isWhole ? unseenDifference(trade, Date.now()) : staleDifference(trade, null, Date.now());
  await take(
    ports,
    step,
    trades.map(judge).filter((difference) => difference !== null),
  );
}

/** Whether the exchange shows an order that it certainly had not long ago: the newest that was filled. */
async function knowsAny(ports: ReconciliationPorts, step: Step<Progress>): Promise<boolean> {
  const { items } = await ports.trades.list({ status: 'completed', limit: 1 });
  const [known] = items;
  if (known === undefined) return false;
  const seen = await step.ask('an order that is known', (signal) =>
    glimpse({ exchange: step.exchange, trades: ports.trades }, known, 'sweep', signal),
  );
  return seen?.kind === 'seen';
}

/** Begins elsewhere in every run. */
function rotated(ids: readonly string[], seed: number): string[] {
  const start = ids.length <= MOST_ASKED ? 0 : Math.floor(seed / 1_000) % ids.length;
  return [...ids.slice(start), ...ids.slice(0, start)];
}
