/** Whether an order's evidence is all that there will be, and in the log's head: then its rows can go. */
import type { OrderToMove } from '../../ports/moved-orders.ts';
import type { LeafKind } from '../../ports/transparency-log.ts';
import type { Evidence } from '../verify/evidence.ts';

/** The rows that go with the order; or why it has to stay. */
export function movableOrder({ trade, runs, leaves }: Evidence): OrderToMove | { why: string } {
  const indexes = leaves.flatMap(({ proof }) => proof?.index ?? []);
  if (indexes.length < leaves.length) return { why: 'not all of its rows are in the signed head of the log yet' };
  const archived = new Set(leaves.flatMap(({ leaf }) => (leaf.kind === 'archive' ? [leaf['run_id']] : [])));
  const running = runs.find(({ runId }) => !archived.has(runId));
  if (running !== undefined) return { why: `its run ${running.runId} is not archived` };
  const idsOf = (kind: LeafKind): number[] =>
    leaves.flatMap(({ leaf }) => (leaf.kind === kind ? [Number(leaf['id'])] : [])).toSorted((a, b) => a - b);
  return {
    clientOrderId: trade.clientOrderId,
    eventIds: idsOf('event'),
    fillIds: idsOf('fill'),
    historyIds: idsOf('archive'),
    leaves: indexes,
  };
}
