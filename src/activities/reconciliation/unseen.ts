/** Trades that no listing by id has shown: each is asked for by itself before anything is said of it. */
import type { Trade } from '../../domain/order/trade.ts';
import { compareOrder } from '../../domain/reconciliation/compare-order.ts';
import type { Difference } from '../../domain/reconciliation/difference.ts';
import { gracePeriodMs } from '../../domain/reconciliation/grace-period.ts';
import type { StepReport } from '../../domain/reconciliation/report.ts';
import { absentDifference, staleDifference, type Proof } from '../../domain/reconciliation/stale.ts';
import { lookUpOrder, type Lookup } from '../../ports/order-lookup.ts';
import { chunksOf, inParallel } from '../runtime/in-parallel.ts';
import { recordDifferences } from './record-differences.ts';
import type { ReconciliationPorts } from '../ports.ts';
import type { RunContext } from './run.ts';
import { runStep, type StepContext } from './step.ts';

/** A request each: ten seconds of the default budget. Who is left out this time comes first the next. */
const MAX_ASKED = 300;
const TRADES_A_PAGE = 50;
const REQUESTS_AT_ONCE = 4;

export interface UnseenInput {
  clientOrderIds: string[];
  /** How many orders the exchange showed in this run. */
  ordersSeen: number;
  /** True when the run could not see everything so far. */
  hasGaps: boolean;
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
      const asked = rotated(input.clientOrderIds, Date.parse(run.startedAt)).slice(0, MAX_ASKED);
      const left = input.clientOrderIds.length - asked.length;
      if (left > 0) step.gap(`${left} trades that no listing shows were not asked for one by one`);
      for (const page of chunksOf(asked, TRADES_A_PAGE).slice(step.cursor.from)) {
        if (step.isLate) break;
        await askPage(ports, step, page);
      }
      await concludeAbsence(ports, step, input);
    });
}

async function askPage(
  ports: ReconciliationPorts,
  step: StepContext<Progress>,
  clientOrderIds: readonly string[],
): Promise<void> {
  const progress = structuredClone({ ...step.cursor, from: step.cursor.from + 1 });
  const differences: (Difference | null)[] = [];
  const trades = await ports.reconciliations.tradesOf({ clientOrderIds });
  await inParallel(trades, REQUESTS_AT_ONCE, async (trade) => {
    // Just placed: it may be listed late, and can be no issue yet.
    if (Date.now() - Date.parse(trade.createdAt) < gracePeriodMs('unknown_at_exchange')) return;
    const lookup = await lookUp(ports, step, 'trades one by one', trade);
    if (lookup === null) {
      differences.push(staleDifference(trade, null, Date.now()));
    } else if (lookup.kind === 'absent') {
      progress.absent.push(trade.clientOrderId);
    } else {
      step.add({ ordersSeen: 1 });
      if (trade.orderId !== null) progress.shown += 1;
      differences.push(compareOrder(trade, lookup.order, Date.now()));
    }
  });
  await recordDifferences(ports, step, differences);
  step.checkpoint(progress);
}

/** Says what absence allows to be said; nothing, when the exchange did not show all that it has. */
async function concludeAbsence(
  ports: ReconciliationPorts,
  step: StepContext<Progress>,
  { ordersSeen, hasGaps }: UnseenInput,
): Promise<void> {
  const { absent, shown } = step.cursor;
  if (shown > 0) step.gap(`the exchange's listing by ids lacked ${shown} orders that it has`);
  const trades = await ports.reconciliations.tradesOf({ clientOrderIds: absent });
  const withId = trades.filter(({ orderId }) => orderId !== null);
  const isShowing = withId.length === 0 || ordersSeen > 0 || shown > 0;
  const proof = isShowing ? 'shows-others' : await proofByFill(ports, step);
  const isWhole = !hasGaps && !step.hasGaps;
  const dispositions = await recordDifferences(
    ports,
    step,
    trades.map((trade) =>
      isWhole ? absentDifference(trade, proof, Date.now()) : staleDifference(trade, null, Date.now()),
    ),
  );
  if (proof === 'shows-others') return;
  const believed = [...dispositions].filter(
    ([{ kind }, disposition]) => kind === 'unknown_at_exchange' && disposition !== 'not-yet',
  );
  const doubtful = withId.length - believed.length;
  if (doubtful > 0)
    step.gap(`the exchange showed no order at all, and does not know ${doubtful} that it was asked for`);
}

/** Whether the exchange shows an order that it certainly had not long ago: the newest that was filled. */
async function proofByFill(ports: ReconciliationPorts, step: StepContext<Progress>): Promise<Proof> {
  const { items } = await ports.trades.list({ status: 'completed', limit: 1 });
  const [filled] = items;
  if (filled === undefined) return 'none';
  const lookup = await lookUp(ports, step, 'an order that was filled', filled);
  return lookup?.kind === 'seen' ? 'shows-others' : 'lacks-others';
}

function lookUp(
  { trades }: ReconciliationPorts,
  step: StepContext<Progress>,
  what: string,
  trade: Trade,
): Promise<Lookup | null> {
  return step.ask(
    what,
    (signal) => lookUpOrder({ exchange: step.exchange, trades }, trade, 'sweep', signal),
    trade.orderId,
  );
}

/** Begins elsewhere in every run. */
function rotated(ids: readonly string[], seed: number): string[] {
  const start = ids.length <= MAX_ASKED ? 0 : Math.floor(seed / 1_000) % ids.length;
  return [...ids.slice(start), ...ids.slice(0, start)];
}
