/** Which orders an audit is about. */
import { InvalidArgumentError } from 'commander';
import { MAX_LIMIT } from '../../ports/page.ts';
import type { TradeStore } from '../../ports/trade-store.ts';

export interface OrderFlags {
  bot?: string;
  /** RFC 3339. */
  from?: string;
  to?: string;
}

/** Their client order ids, newest first. */
export async function selectOrders(trades: Pick<TradeStore, 'list'>, { bot, from, to }: OrderFlags): Promise<string[]> {
  const selected: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await trades.list({
      limit: MAX_LIMIT,
      ...(bot !== undefined && { botId: bot }),
      ...(to !== undefined && { createdBefore: to }),
      ...(cursor !== undefined && { cursor }),
    });
    const within = page.items.filter(
      ({ createdAt }) => from === undefined || Date.parse(createdAt) >= Date.parse(from),
    );
    selected.push(...within.map(({ clientOrderId }) => clientOrderId));
    cursor = within.length < page.items.length ? null : page.nextCursor;
  }
  return selected;
}

/** A day begins at midnight UTC. */
export function timeOf(text: string): string {
  const timeMs = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(timeMs))
    throw new InvalidArgumentError('It must be a day or a time: 2026-11-23, 2026-11-23T12:00:00Z.');
  return new Date(timeMs).toISOString();
}
