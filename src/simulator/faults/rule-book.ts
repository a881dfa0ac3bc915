/** The fault rules in force, and how often each was applied. */
import { chance } from '../core/chance.ts';
import type { Clock } from '../core/clock.ts';
import type { CommonMatch } from './match.ts';

/** A rule, and how often it was applied. */
export type ActiveRule<Rule> = Rule & {
  id: string;
  /** Matching occasions, and those of them on which the fault happened. */
  seen: number;
  hits: number;
  /** Unix milliseconds; null for a rule without `forMs`. */
  endsAt: number | null;
};

export abstract class RuleBook<Rule extends { match: CommonMatch }> {
  readonly #idPrefix: string;
  readonly #read: (value: unknown) => Rule;
  readonly #seed: number;
  readonly #clock: Clock;
  readonly #rules = new Map<string, ActiveRule<Rule>>();
  /** How often each rule has drawn a chance for each name. */
  readonly #draws = new Map<string, number>();
  #added = 0;

  /** `read` throws InvalidArgument for a malformed rule. */
  constructor(idPrefix: string, read: (value: unknown) => Rule, seed: number, clock: Clock) {
    this.#idPrefix = idPrefix;
    this.#read = read;
    this.#seed = seed;
    this.#clock = clock;
  }

  /** Returns the rule's id. Throws InvalidArgument for a malformed rule. */
  add(given: Rule): string {
    const rule = this.#read(given);
    const { forMs } = rule.match;
    this.#added += 1;
    const id = `${this.#idPrefix}-${this.#added}`;
    const endsAt = forMs === undefined ? null : this.#clock.now() + forMs;
    this.#rules.set(id, { ...rule, id, seen: 0, hits: 0, endsAt });
    return id;
  }

  remove(id: string): void {
    this.#rules.delete(id);
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The oldest first. */
  list(): ActiveRule<Rule>[] {
    return [...this.#rules.values()];
  }

  /**
   * Counts a matching occasion, and decides whether the rule's fault happens on it. Chances are drawn per name, so that
   * what happens to one order does not depend on others.
   */
  protected happens(rule: ActiveRule<Rule>, name: string): boolean {
    const { skip = 0, times = Infinity, probability = 1 } = rule.match;
    if (rule.endsAt !== null && this.#clock.now() >= rule.endsAt) return false;
    rule.seen += 1;
    if (rule.seen <= skip || rule.hits >= times) return false;
    if (probability < 1 && this.#draw(rule.id, name) >= probability) return false;
    rule.hits += 1;
    return true;
  }

  #draw(id: string, name: string): number {
    const key = `${id} ${name}`;
    const count = (this.#draws.get(key) ?? 0) + 1;
    this.#draws.set(key, count);
    return chance(this.#seed, id, name, count);
  }
}
