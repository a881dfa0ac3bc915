/**
 * All that is left to chance in a life. Each place that draws has a name, and its nth draw depends on the seed, the name
 * and n alone: a life without one of its faults is drawn like the life with it everywhere else, so a scenario can be shrunk.
 */
export class Chance {
  /** What went wrong, in the order in which it did. */
  readonly faults: string[] = [];
  readonly #seed: number;
  readonly #left: ReadonlySet<string>;
  readonly #draws = new Map<string, number>();

  /** `left`: the faults that are left out. */
  constructor(seed: number, left: ReadonlySet<string> = new Set()) {
    this.#seed = seed;
    this.#left = left;
  }

  /** From 0 to 1. */
  draw(place: string): number {
    const count = (this.#draws.get(place) ?? 0) + 1;
    this.#draws.set(place, count);
    return mixed(this.#seed ^ mixed(hashOf(place) + Math.imul(count, 0x9e3779b9))) / 0x1_0000_0000;
  }

  /** Whole, from `min` to `max`. */
  between(place: string, min: number, max: number): number {
    return min + Math.floor(this.draw(place) * (max - min + 1));
  }

  pick<Item>(place: string, items: readonly [Item, ...Item[]]): Item {
    return items[this.between(place, 0, items.length - 1)] ?? items[0];
  }

  /** Whether it goes wrong here, and now. */
  fault(place: string, probability: number): boolean {
    if (this.draw(place) >= probability) return false;
    const name = `${place} #${this.#draws.get(place)}`;
    if (this.#left.has(name)) return false;
    this.faults.push(name);
    return true;
  }
}

const hashes = new Map<string, number>();

function hashOf(text: string): number {
  let hash = hashes.get(text);
  if (hash === undefined) {
    hash = 0x811c9dc5;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    hashes.set(text, hash);
  }
  return hash;
}

/** Murmur's finaliser: each bit depends on each. */
function mixed(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
