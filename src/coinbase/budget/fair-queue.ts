/** Who goes next: the most important class that waits, and in the end every class: each that waits gets one turn in ten. Within a class bots take turns. */
import type { RequestPriority } from '../../ports/exchange.ts';
import { BotTurns } from './bot-turns.ts';

/** The most important first. */
const BY_PRIORITY: readonly RequestPriority[] = ['shared', 'placement', 'urgent', 'blocked-bot', 'sweep'];
/** A class that waits gets one turn in this many (10 %). With five classes the first still gets six in ten. */
const OWED_AFTER_TURNS = 10;

export class FairQueue<Item> {
  readonly #lines = BY_PRIORITY.map((priority) => ({
    priority,
    items: new BotTurns<Item>(),
    /** Turns given to anybody while this class waited, less those that it got for them. */
    waited: 0,
  }));

  get size(): number {
    return this.#lines.reduce((sum, { items }) => sum + items.size, 0);
  }

  /** How many wait, by class. */
  get sizes(): Record<RequestPriority, number> {
    const sizes = this.#lines.map(({ priority, items }) => [priority, items.size]);
    return Object.fromEntries(sizes) as Record<RequestPriority, number>;
  }

  /** At the end of what its bot waits for in this class. The same item twice is once. */
  add(priority: RequestPriority, bot: string, item: Item): void {
    this.#lines.find((line) => line.priority === priority)?.items.add(bot, item);
  }

  remove(item: Item): void {
    for (const { items } of this.#lines) items.remove(item);
  }

  /** Takes out whose turn it is; undefined when nobody waits. */
  next(): Item | undefined {
    for (const line of this.#lines) line.waited = line.items.size === 0 ? 0 : line.waited + 1;
    const waiting = this.#lines.filter(({ items }) => items.size > 0);
    const owed = waiting.filter(({ waited }) => waited >= OWED_AFTER_TURNS);
    const turn = owed.toSorted((a, b) => b.waited - a.waited)[0] ?? waiting[0];
    if (turn === undefined) return undefined;
    turn.waited = Math.max(0, turn.waited - OWED_AFTER_TURNS);
    return turn.items.next();
  }
}
