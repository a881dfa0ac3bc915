/** A history as it is kept in a file: without traces of who ran it, one event or decision a line. */
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { decisionsOf, type RecordedHistory } from './decisions.ts';
import type { History } from './replay.ts';

/** With what its workflow decided, found by a first replay. */
export async function record(history: History, decisionsBundle: WorkflowBundleOption): Promise<RecordedHistory> {
  const kept = JSON.parse(historyToJSON(history), withoutTraces) as RecordedHistory['history'];
  return { history: kept, decisions: await decisionsOf(kept, decisionsBundle) };
}

/** Short, and a change can be read. */
export function lineByLine({ history, decisions }: RecordedHistory): string {
  const lines = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).join(',\n');
  return `{"history":{"events":[\n${lines(history.events)}\n]},"decisions":[\n${lines(decisions)}\n]}\n`;
}

/** Who ran it, and where: of no use to a replay. */
function withoutTraces(key: string, value: unknown): unknown {
  return key === 'identity' || key === 'stackTrace' ? '' : value;
}
