/** Reads settings from the environment and gathers what is wrong with them, to report all of it at once. */
import { readFileSync } from 'node:fs';
import { show, type FieldError } from '../../domain/field-error.ts';
import { isLoopback } from '../../process/loopback.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with the settings: `field` is the variable's name, `message` what is wrong and the remedy. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    super(['The settings are wrong:', ...errors.map(({ field, message }) => `${field} ${message}`)].join('\n  '));
    this.errors = errors;
  }
}

export class EnvironmentReader {
  readonly errors: FieldError[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  wrong(name: string, message: string): void {
    this.errors.push({ field: name, message });
  }

  /**
   * The variable, or what stands in the file that the variable of the same name with `_FILE` names, as secrets of
   * containers come. Null when unset; an empty value counts as unset, because compose files and CI pass those on.
   */
  text(name: string): string | null {
    const value = this.#value(name);
    const file = this.#value(`${name}_FILE`);
    if (file === null) return value;
    if (value !== null) this.wrong(name, `is set twice, here and as ${name}_FILE: leave one of them out`);
    try {
      return readFileSync(file, 'utf8').trim() || null;
    } catch (error) {
      this.wrong(`${name}_FILE`, `names a file that cannot be read: ${(error as Error).message}`);
      return null;
    }
  }

  #value(name: string): string | null {
    const value = this.#environment[name]?.trim() ?? '';
    return value === '' ? null : value;
  }

  /** All that are set and begin like this, by their full names. */
  startingWith(prefix: string): Record<string, string> {
    const found: Record<string, string> = {};
    for (const name of Object.keys(this.#environment)) {
      const value = name.startsWith(prefix) ? this.#value(name) : null;
      if (value !== null) found[name] = value;
    }
    return found;
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.wrong(name, `must be a whole number from ${min} to ${max}, not ${show(text)}`);
    return fallback;
  }

  /** One of these words. */
  oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const text = this.text(name);
    const known = words.find((word) => word === text?.toLowerCase());
    if (text !== null && known === undefined) this.wrong(name, `must be one of ${words.join(', ')}, not ${show(text)}`);
    return known ?? fallback;
  }

  /** `yes` or `no`. Any other word is an error, because `true` would silently count as no. */
  yes(name: string): boolean {
    const text = this.text(name);
    if (text !== null && text !== 'yes' && text !== 'no') this.wrong(name, `must be yes or no, not ${show(text)}`);
    return text === 'yes';
  }

  /** A URL of one of the schemes. Its value is never shown, because it may hold a password. */
  url(name: string, schemes: readonly string[], example: string): string | null {
    const text = this.text(name);
    if (text === null || schemes.includes(URL.parse(text)?.protocol.slice(0, -1) ?? '')) return text;
    this.wrong(name, `is not a URL of the form ${example}`);
    return null;
  }

  /** Of a web server that is sent something: never in the clear beyond this machine. */
  webUrl(name: string, example: string): string | null {
    const text = this.url(name, ['http', 'https'], example);
    const url = URL.parse(text ?? '');
    if (url?.protocol === 'http:' && !isLoopback(url.hostname))
      this.wrong(name, 'is not on this machine, so it needs https://');
    return text;
  }
}
