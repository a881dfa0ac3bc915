/**
 * A JSON object of an answer, read field by field: tolerant of what is missing, empty or new, strict about what is there
 * and wrong, because a guessed figure would become somebody's money.
 */
import { isRecord, show } from '../../domain/field-error.ts';
import { ExchangeError } from '../../ports/exchange.ts';

const DECIMAL = /^-?\d+(\.\d+)?$/;
/** How Go writes "no time". */
const NO_TIME = '0001-01-01T00:00:00Z';

export class JsonObject {
  readonly #values: Record<string, unknown>;
  /** The request, and which part of the answer this is; the beginning of every error message. */
  readonly #where: string;

  constructor(values: unknown, where: string) {
    if (!isRecord(values)) throw malformed(where, `an object was expected, not ${show(values)}`);
    this.#values = values;
    this.#where = where;
  }

  /** A string that must be there and not empty. */
  required(name: string): string {
    return this.text(name) ?? this.#fail(name, 'is missing');
  }

  requiredDecimal(name: string): string {
    return this.decimal(name) ?? this.#fail(name, 'is missing');
  }

  requiredTime(name: string): string {
    return this.time(name) ?? this.#fail(name, 'is missing');
  }

  /** A string that only explains something: null when it is anything else. */
  remark(name: string): string | null {
    const value = this.#values[name];
    return typeof value === 'string' && value !== '' ? value : null;
  }

  /** Null when absent, null or empty. */
  text(name: string): string | null {
    const value = this.#values[name];
    if (value === undefined || value === null || value === '') return null;
    return typeof value === 'string' ? value : this.#fail(name, `is ${show(value)}, not a string`);
  }

  /** A decimal as it was written; a JSON number only if it is whole and exact. Null when absent or empty. */
  decimal(name: string): string | null {
    const value = this.#values[name];
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    if (typeof value === 'number') return this.#fail(name, `is the number ${value}, whose digits are not certain`);
    const text = this.text(name);
    return text === null || DECIMAL.test(text) ? text : this.#fail(name, `is ${show(text)}, not a decimal`);
  }

  /** Null for zero, too: of a price, "0" means that there is none yet. */
  nonZeroDecimal(name: string): string | null {
    const text = this.decimal(name);
    return text !== null && /[1-9]/.test(text) ? text : null;
  }

  count(name: string): number | null {
    const text = this.decimal(name);
    if (text === null) return null;
    return /^\d{1,15}$/.test(text) ? Number(text) : this.#fail(name, `is ${show(text)}, not a count`);
  }

  /** RFC 3339 as it was written; null when absent, empty or Go's zero time. */
  time(name: string): string | null {
    const text = this.text(name);
    if (text === null || text === NO_TIME) return null;
    return Number.isNaN(Date.parse(text)) ? this.#fail(name, `is ${show(text)}, not a time`) : text;
  }

  /** Null when absent. */
  flag(name: string): boolean | null {
    const value = this.#values[name];
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    return this.text(name) === null ? null : this.#fail(name, `is ${show(value)}, not true or false`);
  }

  /** An inner object whose fields are read; null when absent. */
  object(name: string): JsonObject | null {
    const value = this.#values[name];
    return value === undefined || value === null ? null : new JsonObject(value, `${this.#where}, ${name}`);
  }

  /** An inner object to be passed on untouched; null when absent. */
  record(name: string): Record<string, unknown> | null {
    const value = this.#values[name];
    if (value === undefined || value === null) return null;
    return isRecord(value) ? value : this.#fail(name, `is ${show(value)}, not an object`);
  }

  /** A list that must be there: an answer without it is not an empty list. */
  list(name: string): JsonObject[] {
    const value = this.#values[name];
    if (!Array.isArray(value)) return this.#fail(name, `is ${show(value)}, not a list`);
    return value.map((item, index) => new JsonObject(item, `${this.#where}, ${name}[${index}]`));
  }

  /** The items of a list that can be read. Each other one is given to `setAside`, and hides nothing but itself. */
  readable<Item>(
    name: string,
    read: (item: JsonObject) => Item,
    setAside: (item: unknown, error: ExchangeError) => void,
  ): Item[] {
    const value = this.#values[name];
    if (!Array.isArray(value)) return this.#fail(name, `is ${show(value)}, not a list`);
    return value.flatMap((item: unknown, index) => {
      try {
        return [read(new JsonObject(item, `${this.#where}, ${name}[${index}]`))];
      } catch (error) {
        if (!(error instanceof ExchangeError)) throw error;
        setAside(item, error);
        return [];
      }
    });
  }

  /** A list that may be left out: empty when absent. */
  listOrNone(name: string): JsonObject[] {
    const value = this.#values[name];
    return value === undefined || value === null ? [] : this.list(name);
  }

  /** The error for an answer whose fields don't fit together. */
  malformed(message: string): ExchangeError {
    return malformed(this.#where, message);
  }

  #fail(name: string, message: string): never {
    throw this.malformed(`${name} ${message}`);
  }
}

export function malformed(where: string, message: string): ExchangeError {
  return new ExchangeError('malformed-answer', `${where}: the answer cannot be understood: ${message}`);
}
