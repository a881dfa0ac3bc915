/** The heads of the transparency log as this process vouches for them: each must have grown from the one before. */
import { openCheckpoint, signCheckpoint } from '../audit/log/checkpoint.ts';
import { appendHead, lastHead } from '../audit/log/heads-file.ts';
import { createKeyFile, KeyFileError, readKeyFile } from '../audit/log/key-file.ts';
import type { TreeHead } from '../audit/log/merkle-proof.ts';
import { contradictionWith, rootOf } from '../audit/log/prove.ts';
import { encodeVerifierKey, NoteError, type SigningKey } from '../audit/log/signed-note.ts';
import { LogIncompleteError, type SignedHead, type TransparencyLog } from '../ports/transparency-log.ts';

export interface LogFiles {
  /** Of the signing keys. */
  keyFile: string;
  /** Of the published heads. */
  headsFile: string;
}

/** Why no head was signed; both null where one was, or the last one still holds. */
export interface Signing {
  contradiction: string | null;
  unsigned: string | null;
}

export class LogHeads {
  readonly #log: TransparencyLog;
  readonly #files: LogFiles;
  /** The newest that this process has seen and found right; at first the last one of the file. */
  #trusted: TreeHead | null = null;
  /** `performance.now()` of the last publication by this process; the file's before that. */
  #publishedAt: number | null = null;

  constructor(log: TransparencyLog, files: LogFiles) {
    this.#log = log;
    this.#files = files;
  }

  /** Signs a head of the whole tree, unless there is one. Never one that contradicts an earlier one. */
  async sign(): Promise<Signing> {
    try {
      const newest = await this.#log.head();
      const keys = await this.#keys(newest);
      this.#trusted ??= await this.#fromFile(keys);
      const tree = await this.#log.tree();
      const wrong = await this.#contradiction(newest, keys);
      if (wrong !== null) return { contradiction: wrong, unsigned: null };
      const root = await rootOf(tree, tree.size);
      const verifierKeys = keys.map(encodeVerifierKey);
      // Also when a key was added or retired.
      if (newest === null || newest.size < tree.size || String(newest.verifierKeys) !== String(verifierKeys)) {
        const [{ name: origin }] = keys;
        const note = signCheckpoint({ origin, size: tree.size, root }, keys);
        await this.#log.recordHead({ size: tree.size, note, verifierKeys });
      }
      this.#trusted = { size: tree.size, root };
      return { contradiction: null, unsigned: null };
    } catch (error) {
      if (error instanceof KeyFileError) return { contradiction: null, unsigned: error.message };
      if (error instanceof NoteError || error instanceof LogIncompleteError) {
        return { contradiction: error.message, unsigned: null };
      }
      throw error;
    }
  }

  /** Appends the newest head to the file when it is time; answers one that this process is to post, for all of them. */
  async publish(everySeconds: number): Promise<SignedHead | null> {
    const isDue = this.#publishedAt === null || performance.now() - this.#publishedAt >= everySeconds * 1_000;
    const claimed = await this.#log.claimPublication(everySeconds);
    const head = claimed ?? (isDue ? await this.#log.head() : null);
    if (head !== null && isDue) {
      await appendHead(this.#files.headsFile, { publishedAt: new Date().toISOString(), note: head.note });
      this.#publishedAt = performance.now();
    }
    return claimed;
  }

  /** Makes the first key; a new one in place of one that is gone would look like another log. */
  async #keys(newest: SignedHead | null): Promise<[SigningKey, ...SigningKey[]]> {
    const { keyFile, headsFile } = this.#files;
    const [first, ...others] = await readKeyFile(keyFile);
    if (first !== undefined) return [first, ...others];
    if (newest !== null || (await lastHead(headsFile)) !== null) {
      throw new KeyFileError(
        `${keyFile} is gone, and the log has heads that its key signed: put it back, or give this process the file of the others`,
      );
    }
    const [created, ...none] = await createKeyFile(keyFile);
    if (created === undefined) throw new KeyFileError(`${keyFile} has no key`);
    return [created, ...none];
  }

  /** Throws NoteError where it is not signed by one of the keys. */
  async #fromFile(keys: readonly SigningKey[]): Promise<TreeHead | null> {
    const last = await lastHead(this.#files.headsFile);
    if (last === null) return null;
    this.#publishedAt = performance.now() - Math.max(0, Date.now() - Date.parse(last.publishedAt));
    return openCheckpoint(last.note, keys).checkpoint;
  }

  async #contradiction(newest: SignedHead | null, keys: readonly SigningKey[]): Promise<string | null> {
    const heads = [this.#trusted, newest && openCheckpoint(newest.note, keys).checkpoint];
    const tree = await this.#log.tree();
    for (const head of heads) {
      const wrong = head && (await contradictionWith(tree, head));
      if (wrong !== null) return wrong;
    }
    return null;
  }
}
