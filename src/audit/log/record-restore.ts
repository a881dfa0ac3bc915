/** How a log continues whose database was restored from a backup: the heads file says that it was set back, by whom and why. */
import type { TransparencyLog } from '../../ports/transparency-log.ts';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { appendHead, lastHead } from './heads-file.ts';
import { KeyFileError, readKeyFile } from './key-file.ts';
import { contradictionWith, rootOf } from './prove.ts';

export interface LogReset {
  /** How many leaves the last published head had, and how many there are. */
  had: number;
  has: number;
}

/**
 * Appends a head of the log as it is, from which the engine continues; what was published before stays in the file, and
 * contradicts it for good. Null, and nothing is written, where the log has only grown. Rejects with KeyFileError, and with
 * NoteError where the last head is not signed by one of the keys.
 */
export async function recordRestore(
  log: TransparencyLog,
  { keyFile, headsFile }: { keyFile: string; headsFile: string },
  restored: { requestedBy: string; reason: string },
): Promise<LogReset | null> {
  const last = await lastHead(headsFile);
  if (last === null) return null;
  const keys = await readKeyFile(keyFile);
  const [first] = keys;
  if (first === undefined) throw new KeyFileError(`${keyFile} is missing: restore it as well`);
  const { checkpoint } = openCheckpoint(last.note, keys);
  const tree = await log.tree();
  if ((await contradictionWith(tree, checkpoint)) === null) return null;
  const root = await rootOf(tree, tree.size);
  const note = signCheckpoint({ origin: first.name, size: tree.size, root }, keys);
  await appendHead(headsFile, { publishedAt: new Date().toISOString(), note, restored });
  return { had: checkpoint.size, has: tree.size };
}
