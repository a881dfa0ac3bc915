/** Changes the orders or fills within an answer. */
import type { ApiAnswer } from '../http/api.ts';
import { failure } from '../http/api.ts';

type Row = Record<string, unknown>;

/** Returns the rows to send instead, which may be none. */
export type RowChange = (row: Row) => readonly Row[];

const NOT_FOUND = failure(404, 'NOT_FOUND', 'order with this orderID was not found');

/** The answer with the change applied to the selected rows, or null if nothing in it changes. */
export function changeRows(
  answer: ApiAnswer,
  isTargeted: (orderId: string) => boolean,
  change: RowChange,
): ApiAnswer | null {
  if (answer.status !== 200 || typeof answer.body !== 'object' || answer.body === null) return null;
  const body = answer.body as { order?: Row; orders?: Row[]; fills?: Row[] };
  let changes = 0;
  const changed = (row: Row): readonly Row[] => {
    if (!isTargeted(String(row['order_id']))) return [row];
    const rows = change(row);
    if (rows.length !== 1 || rows[0] !== row) changes += 1;
    return rows;
  };
  const next = { ...body };
  if (body.orders) next.orders = body.orders.flatMap(changed);
  if (body.fills) next.fills = body.fills.flatMap(changed);
  if (body.order) {
    const [order] = changed(body.order);
    if (order === undefined) return NOT_FOUND;
    next.order = order;
  }
  return changes === 0 ? null : { ...answer, body: next };
}
