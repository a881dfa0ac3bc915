/** `ORDER_SYNC_HTTP_TOKENS_FILE`, followed while the engine runs: a token is added and revoked without a restart. */
import { timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isRecord } from '../../domain/field-error.ts';
import { hashOfToken, readTokenLines, type NamedToken } from '../../process/access-tokens.ts';
import type { Logger } from '../../process/log.ts';

/** The small file is read as a whole: its modification time does not show every change, and a link may point elsewhere. */
const LOOK_EVERY_MS = 1_000;

export class TokenFile {
  readonly #path: string;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #text: string;
  #problem: string | null = null;
  #tokens: readonly NamedToken[];

  private constructor(path: string, text: string, log: Logger) {
    this.#path = path;
    this.#log = log;
    this.#text = text;
    this.#tokens = readTokenLines(text);
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  /** Rejects with an Error that names the file, the line and the remedy. */
  static async open(path: string, log: Logger): Promise<TokenFile> {
    try {
      return new TokenFile(path, await readFile(path, 'utf8'), log);
    } catch (error) {
      throw new Error(`ORDER_SYNC_HTTP_TOKENS_FILE: ${describe(path, error)}`, { cause: error });
    }
  }

  /** Compared with every token, so that the time reveals nothing. */
  find(token: string): NamedToken | null {
    const hash = hashOfToken(token);
    let found: NamedToken | null = null;
    for (const known of this.#tokens) if (timingSafeEqual(known.hash, hash)) found = known;
    return found;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A file that became invalid is reported once, and the tokens stay as they were: a slip must not lock everybody out. */
  async #look(): Promise<void> {
    try {
      const text = await readFile(this.#path, 'utf8');
      if (text === this.#text) return;
      this.#tokens = readTokenLines(text);
      this.#text = text;
      this.#problem = null;
      this.#log.info('HTTP tokens reloaded', { tokens: this.#tokens.map(({ tokenName }) => tokenName) });
    } catch (error) {
      const problem = describe(this.#path, error);
      if (problem === this.#problem) return;
      this.#problem = problem;
      this.#log.error(`HTTP tokens not reloaded, the previous ones stay valid: ${problem}`);
    }
  }
}

/** What the file system says names the file already. */
function describe(path: string, error: unknown): string {
  if (!isRecord(error)) return String(error);
  return 'code' in error ? `cannot be read: ${String(error['message'])}` : `${path} ${String(error['message'])}`;
}
