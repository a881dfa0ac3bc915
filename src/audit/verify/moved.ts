/** An order whose rows were moved out: what the transparency log says of that, and whether the rest fits it. */
import { camelKeys } from '../../domain/names.ts';
import type { MovedOrder } from '../../domain/order/moved-order.ts';
import type { EvidenceLeaf } from './evidence.ts';

/** Null of an order that was not moved out. */
export function movedIn(leaves: readonly EvidenceLeaf[]): MovedOrder | null {
  const move = leaves.find(({ leaf }) => leaf.kind === 'move');
  if (move === undefined) return null;
  const { kind: _kind, id: _id, order_id: _orderId, leaves: _leaves, ...moved } = move.leaf;
  return camelKeys<MovedOrder>(moved);
}

/** Only the log can say that rows are gone for a good reason; and those that it names have to be. */
export function wrongMove(leaves: readonly EvidenceLeaf[]): string[] {
  return leaves.flatMap((move) => {
    if (move.leaf.kind !== 'move') return [];
    const named = new Set(Array.isArray(move.leaf['leaves']) ? (move.leaf['leaves'] as unknown[]) : []);
    const left = leaves.filter(({ proof }) => proof !== null && named.has(proof.index));
    const { events, fills, histories } = move.leaf;
    return [
      ...(move.proof === null
        ? ['moved_orders says that it was moved out, which the head of the log does not have']
        : []),
      ...(named.size === Number(events) + Number(fills) + Number(histories)
        ? []
        : [`moved_orders names ${named.size} leaves, and counts other rows`]),
      ...left.map(({ leaf, proof }) => `the ${leaf.kind} of leaf ${proof?.index} is there, though it was moved out`),
    ];
  });
}
