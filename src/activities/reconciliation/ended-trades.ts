/** Trades that ended lately, once more: fills and fees are corrected late, and fills may have been missing. */
import { compareOrder } from '../../domain/reconciliation/compare-order.ts';
import type { StepReport } from '../../domain/reconciliation/report.ts';
import { recentWindow } from '../../domain/reconciliation/windows.ts';
import { recordDifferences } from './record-differences.ts';
import type { ReconciliationPorts } from '../ports.ts';
import type { RunContext } from './run.ts';
import { runStep } from './step.ts';

/** One request. */
const TRADES_A_PAGE = 50;

/** Those that were created lately are in the exchange's listing already. */
export function reconcileEndedTrades(ports: ReconciliationPorts) {
  return (run: RunContext): Promise<StepReport> =>
    runStep<string | null>(ports, run, null, async (step) => {
      const { from } = recentWindow(run.lastCompleteAt, Date.parse(run.startedAt));
      const filter = { changedFrom: from, createdBefore: from };
      for (;;) {
        if (step.isLate) return;
        const { trades, next } = await ports.reconciliations.endedTrades(filter, step.cursor, TRADES_A_PAGE);
        const orderIds = trades.flatMap(({ orderId }) => orderId ?? []);
        const listed = await step.listOrders('ended trades by id', { orderIds }, 'sweep');
        const shown = new Map((listed?.orders ?? []).map((order) => [order.orderId, order]));
        const differences = trades.map((trade) => {
          const order = shown.get(trade.orderId ?? '');
          // An ended trade that the exchange has purged is as it should be.
          return order === undefined ? null : compareOrder(trade, order, Date.now());
        });
        await recordDifferences(ports, step, differences);
        step.add({ tradesChecked: trades.length, ordersSeen: shown.size });
        // Without a checkpoint, because a retry would mistake it for the beginning and count all again.
        if (next === null) return;
        step.checkpoint(next);
      }
    });
}
