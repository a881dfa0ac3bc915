/** A command for the orders of a list, as many as the time of one answer allows. */
import { resultFor, type CommandResult } from '../domain/order/command-result.ts';
import type { Trade } from '../domain/order/trade.ts';
import type { Page, PageRequest } from '../ports/page.ts';
import { carryOut, type Command, type OrderCommands } from './carry-out.ts';
import { forManyOrders, ORDERS_AT_ONCE } from './many-orders.ts';

export interface ListedOrders {
  /** Newest first. */
  list(page: PageRequest): Promise<Page<Trade>>;
  limit: number;
  cursor?: string;
}

export interface CommandOptions {
  client: OrderCommands;
  /** Of whoever sends it, as the engine knows them. */
  identity: string;
  withinMs: number;
  /** Only answers which orders it would reach. */
  isDry?: boolean;
}

/** Less is too little for an answer of the exchange that takes its time. */
const ENOUGH_MS = 6_000;

/** In chunks, each begun only while there is time for it: the cursor leads to what was not begun. */
export async function commandInPages(
  command: Command,
  { list, limit, cursor }: ListedOrders,
  { client, identity, withinMs, isDry = false }: CommandOptions,
): Promise<Page<CommandResult>> {
  const stopAtMs = performance.now() + withinMs;
  const leftMs = () => Math.max(1, Math.floor(stopAtMs - performance.now()));
  const items: CommandResult[] = [];
  let next: string | null | undefined = cursor;
  do {
    const chunk = await list({
      limit: Math.min(limit - items.length, ORDERS_AT_ONCE),
      ...(next !== undefined && { cursor: next }),
    });
    const done = isDry
      ? chunk.items.map((trade) => resultFor(trade, { outcome: 'selected', toStatus: trade.status }))
      : await forManyOrders(chunk.items, (trade) =>
          carryOut(client, command, trade, { identity, timeoutMs: leftMs() }),
        );
    items.push(...done);
    next = chunk.nextCursor;
  } while (next !== null && items.length < limit && leftMs() > ENOUGH_MS);
  return { items, nextCursor: next };
}
