/** What there is of an order to judge by, wherever it comes from: the live deployment, or a bundle's folder. */
import type { Fill } from '../../domain/order/exchange-order.ts';
import { camelKeys } from '../../domain/names.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import type { Leaf } from '../log/leaf.ts';
import type { Recorded } from '../rules/compare.ts';

export interface Evidence extends Recorded {
  /** Oldest first. */
  runs: readonly RunEvidence[];
  /** The rows that the transparency log vouches for, or is to vouch for. */
  leaves: readonly EvidenceLeaf[];
}

export interface RunEvidence {
  runId: string;
  /** Temporal's status: RUNNING, COMPLETED, TERMINATED and so on. */
  status: string;
  /** Of the workflow code that did the run's last task; null where it is not known. */
  buildId: string | null;
  /** Temporal's JSON. Null where the history is gone: then `lost` says why. */
  history: Uint8Array | null;
  lost: string | null;
}

export interface EvidenceLeaf {
  leaf: Leaf;
  /** Null where the log does not have it (yet). */
  proof: { index: number; path: readonly Uint8Array[] } | null;
}

/** Those that were archived once, and deleted when their time was over. */
export function deletedRuns(leaves: readonly EvidenceLeaf[]): RunEvidence[] {
  return leaves.flatMap(({ leaf }) => {
    if (leaf.kind !== 'deletion') return [];
    const lost = `it was deleted from the archive at ${String(leaf['deleted_at'])} (${String(leaf['reason'])})`;
    return [{ runId: String(leaf['run_id']), status: 'DELETED', buildId: null, history: null, lost }];
  });
}

/** The events and fills that the leaves are of, each oldest first. */
export function recordIn(leaves: readonly EvidenceLeaf[]): Pick<Recorded, 'events' | 'fills'> {
  const ofKind = (kind: Leaf['kind']) => leaves.map(({ leaf }) => leaf).filter((leaf) => leaf.kind === kind);
  const byId = (a: Leaf, b: Leaf) => Number(a['id']) - Number(b['id']);
  const byTime = (a: Leaf, b: Leaf) => String(a['trade_time']).localeCompare(String(b['trade_time']));
  return {
    events: ofKind('event').toSorted(byId).map(eventIn),
    fills: ofKind('fill').toSorted(byId).toSorted(byTime).map(fillIn),
  };
}

function eventIn(leaf: Leaf): StoredEvent {
  const { kind: _kind, id: _id, client_order_id: _clientOrderId, ...fields } = leaf;
  return camelKeys<StoredEvent>(fields);
}

function fillIn(leaf: Leaf): Fill {
  const { kind: _kind, id: _id, recorded_at: _recordedAt, ...fields } = leaf;
  return camelKeys<Fill>(fields);
}
