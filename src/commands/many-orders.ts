/** The same for many orders, a few at a time: what a person asks of them, and the cancels of what is halted. */
import { inParallel } from '../activities/runtime/in-parallel.ts';

/** A call of Temporal's takes milliseconds; a sync waits for the exchange, whose budget is hardly larger. */
export const ORDERS_AT_ONCE = 20;

/**
 * Calls `act` for each, and `onResult` as each is done; answers the results in the orders' order. What `stop` keeps
 * from beginning or from its end is left out. Rejects with the first error of `act` otherwise.
 */
export async function forManyOrders<Order, Result>(
  orders: readonly Order[],
  act: (order: Order) => Promise<Result>,
  { stop, onResult = () => undefined }: { stop?: AbortSignal; onResult?: (result: Result) => void } = {},
): Promise<Result[]> {
  const results = new Map<number, Result>();
  await inParallel([...orders.entries()], ORDERS_AT_ONCE, async ([index, order]) => {
    if (stop?.aborted) return;
    try {
      const result = await act(order);
      results.set(index, result);
      onResult(result);
    } catch (error) {
      if (!stop?.aborted) throw error;
    }
  });
  return orders.flatMap((_, index) => (results.has(index) ? [results.get(index) as Result] : []));
}
