/** One bot after another, each in the order in which it came: a bot that wants a thousand things is as often next as one that wants a single one. */
export class BotTurns<Item> {
  /** In the order of their turns. */
  readonly #bots = new Map<string, Set<Item>>();

  get size(): number {
    let size = 0;
    for (const items of this.#bots.values()) size += items.size;
    return size;
  }

  /** At the end of the bot's own; a bot that waited for nothing has its turn after the others. The same item twice is once. */
  add(bot: string, item: Item): void {
    const items = this.#bots.get(bot);
    if (items === undefined) this.#bots.set(bot, new Set([item]));
    else items.add(item);
  }

  remove(item: Item): void {
    for (const [bot, items] of this.#bots) {
      if (!items.delete(item)) continue;
      if (items.size === 0) this.#bots.delete(bot);
      return;
    }
  }

  /** Takes out whose turn it is; undefined when nobody waits. */
  next(): Item | undefined {
    for (const [bot, items] of this.#bots) {
      this.#bots.delete(bot);
      for (const item of items) {
        items.delete(item);
        if (items.size > 0) this.#bots.set(bot, items);
        return item;
      }
    }
    return undefined;
  }
}
