/** What the command line prints: text for people, or JSON for programs. */
import pico from 'picocolors';
import type { Environment } from '../engine/settings/environment.ts';

/** A terminal, a pipe or a file. */
export interface Sink {
  write(text: string): unknown;
  isTTY?: boolean;
  /** A terminal's height. */
  rows?: number;
}

const USUAL_ROWS = 24;

export type Paint = ReturnType<typeof pico.createColors>;

export interface OutputOptions {
  out: Sink;
  err: Sink;
  environment: Environment;
}

export class Output {
  /** Set by `--json`. */
  json = false;
  /** Colours on a terminal, unless NO_COLOR is set (https://no-color.org). */
  readonly paint: Paint;
  readonly #out: Sink;
  readonly #err: Sink;
  #foot: string | null = null;

  constructor({ out, err, environment }: OutputOptions) {
    this.#out = out;
    this.#err = err;
    this.paint = pico.createColors(out.isTTY === true && (environment['NO_COLOR'] ?? '') === '');
  }

  /** The answer of a verb. */
  answer(value: unknown, asText: () => string): void {
    this.#out.write(`${this.json ? JSON.stringify(value, null, 2) : asText()}\n`);
  }

  /** One of many answers, on one line. */
  record(value: unknown, asLine: () => string): void {
    const foot = this.#foot;
    this.foot(null);
    this.#out.write(`${this.json ? JSON.stringify(value) : asLine()}\n`);
    this.foot(foot);
  }

  /** A line that stays below the records, in place of the last one; null takes it away. Only for people at a terminal. */
  foot(line: string | null): void {
    if (this.json || this.#err.isTTY !== true) return;
    if (this.#foot !== null) this.#err.write('\r\u001b[K');
    if (line !== null) this.#err.write(line);
    this.#foot = line;
  }

  /** Whether `frame` has a screen to draw on. */
  get isTerminal(): boolean {
    return this.#out.isTTY === true && !this.json;
  }

  get rows(): number {
    return this.#out.rows ?? USUAL_ROWS;
  }

  /**
   * Draws over what the last frame drew: to the top, each line to its end, and nothing below (ECMA-48). Too long a line
   * is cut by the terminal instead of continuing in the next one (DEC's autowrap), which would push the top out of
   * sight.
   */
  frame(text: string): void {
    const lines = text.split('\n').map((line) => `${line}\u001b[K\n`);
    this.#out.write(`\u001b[?7l\u001b[H${lines.join('')}\u001b[J\u001b[?7h`);
  }

  /** What helps a person along and is no part of the answer. */
  hint(line: string): void {
    if (!this.json) this.#err.write(`${line}\n`);
  }

  help(text: string): void {
    this.#out.write(text);
  }

  error(text: string): void {
    this.#err.write(`${text.trimEnd()}\n`);
  }
}
