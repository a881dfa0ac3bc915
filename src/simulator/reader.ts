/** Reads and validates plain JSON: plans, faults, the state file. Every error names the field. */
import type { Decimal } from './core/decimal.ts';
import { decimal, parseDecimal } from './core/decimal.ts';
import { InvalidArgument } from './core/errors.ts';

export class Reader {
  readonly #path: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  /** Throws InvalidArgument unless the value is an object whose keys are all among `known`. */
  constructor(value: unknown, path: string, known: readonly string[]) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InvalidArgument(`${path} must be an object`);
    }
    this.#path = path;
    this.#fields = value as Record<string, unknown>;
    const unknown = Object.keys(value).find((key) => !known.includes(key));
    if (unknown !== undefined) {
      throw new InvalidArgument(`${path}.${unknown} is not known; known are ${known.join(', ')}`);
    }
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  raw(name: string): unknown {
    return this.#fields[name];
  }

  text(name: string): string {
    return this.#of(name, 'a string', (value) => typeof value === 'string');
  }

  flag(name: string): boolean {
    return this.#of(name, 'true or false', (value) => typeof value === 'boolean');
  }

  /** A whole number from `least`. */
  integer(name: string, least = 0): number {
    return this.#of(
      name,
      `a whole number from ${least}`,
      (value) => Number.isSafeInteger(value) && Number(value) >= least,
    );
  }

  /** From 0 to 1. */
  probability(name: string): number {
    return this.#of(name, 'a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1);
  }

  decimal(name: string): string {
    return this.#of(name, 'a decimal string above zero', (value) => parseDecimal(value)?.gt(0) === true);
  }

  /** An exact decimal with any sign and any number of digits. */
  amount(name: string): Decimal {
    return decimal(this.#of(name, 'a decimal string', (value) => /^-?\d+(\.\d+)?$/.test(String(value))));
  }

  /** Unix milliseconds, before 1970 too. */
  time(name: string): number {
    return this.#of(
      name,
      'a time in Unix milliseconds',
      (value) => typeof value === 'number' && Number.isFinite(value),
    );
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    return this.#of(name, `one of ${words.join(', ')}`, (value) => words.some((word) => word === value));
  }

  list<Item>(name: string, read: (item: unknown, path: string, index: number) => Item): Item[] {
    const items: unknown[] = this.#of(name, 'a list', Array.isArray);
    return items.map((item, index) => read(item, `${this.#path}.${name}[${index}]`, index));
  }

  record(name: string): Record<string, unknown> {
    return this.#of(name, 'an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value));
  }

  path(name: string): string {
    return `${this.#path}.${name}`;
  }

  #of<Value>(name: string, what: string, accepts: (value: unknown) => boolean): Value {
    const value = this.#fields[name];
    if (!accepts(value)) throw new InvalidArgument(`${this.#path}.${name} must be ${what}`);
    return value as Value;
  }
}
