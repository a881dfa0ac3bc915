/** Many items, a few at a time. */
import PQueue from 'p-queue';

/** Does `work` for all items, at most `limit` at once. Rejects with the first failure, and begins nothing more then. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = new PQueue({ concurrency: limit });
  let hasFailed = false;
  const tasks = items.map((item) => async () => {
    if (hasFailed) return;
    try {
      await work(item);
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  });
  await queue.addAll(tasks);
}

export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
