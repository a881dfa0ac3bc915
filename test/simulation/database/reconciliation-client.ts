/** What reconciliation asks of the database, as a worker reaches it: over a link, each statement by itself. */
import { isEnded, type Trade } from '../../../src/domain/order/trade.ts';
import type { ReconciliationStore } from '../../../src/ports/reconciliation-store.ts';
import type { Process } from '../scheduler.ts';
import type { Surroundings } from '../surroundings.ts';
import { unused } from '../unused.ts';
import type { ReconciliationRecords } from './reconciliation-records.ts';
import type { SimulatedStore } from './simulated-store.ts';

export function reconciliationClient(
  surroundings: Surroundings,
  { store, records }: { store: SimulatedStore; records: ReconciliationRecords },
  process: Process,
): ReconciliationStore {
  const ask = <Answer>(what: string, statement: () => Answer): Promise<Answer> =>
    surroundings.ask(process, store.process, what, statement);
  const trades = (isAsked: (trade: Trade) => boolean): Trade[] =>
    store.row !== null && isAsked(store.row) ? [{ ...store.row }] : [];
  return {
    startRun: () => ask('the beginning of a run', () => records.startRun()),
    lastCompleteAt: () => ask('a read', () => records.lastCompleteAt()),
    finishRun: (...given) => ask('the end of a run', () => records.finishRun(...given)),
    openTrades: () => ask('a read', () => ({ trades: trades(({ status }) => !isEnded(status)), next: null })),
    tradesOf: ({ orderIds = [], clientOrderIds }) =>
      ask('a read', () =>
        trades(
          ({ orderId, clientOrderId }) =>
            (orderId !== null && orderIds.includes(orderId)) || clientOrderIds.includes(clientOrderId),
        ),
      ),
    endedTrades: ({ changedFrom, createdBefore }) =>
      ask('a read', () => ({
        trades: trades(
          ({ status, orderId, updatedAt, createdAt, fillsComplete }) =>
            isEnded(status) &&
            orderId !== null &&
            (!fillsComplete || (updatedAt >= changedFrom && createdAt < createdBefore)),
        ),
        next: null,
      })),
    recordDiscrepancies: (...given) => ask('the differences', () => records.recordDiscrepancies(...given)),
    openIssue: (...given) => ask('an issue', () => records.openIssue(...given)),
    raiseLevel: (...given) => ask('a level', () => records.raiseLevel(...given)),
    noteRepair: (id) => ask('a repair', () => records.noteRepair(id)),
    unresolvedIssues: (before, after) => ask('a read', () => records.unresolvedIssues(before, after)),
    resolveIssue: (...given) => ask('a resolution', () => records.resolveIssue(...given)),
    releasedAt: () => ask('a read', () => records.releasedAt()),
    archivedRequest: () => Promise.resolve(null),
    listRuns: unused,
    listIssues: unused,
    summarise: unused,
  };
}
