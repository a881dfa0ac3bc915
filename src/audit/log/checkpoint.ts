/** A log's head as a signed note (https://c2sp.org/tlog-checkpoint): origin, number of leaves and root, one a line. */
import type { TreeHead } from './merkle-proof.ts';
import { NoteError, openNote, signNote, type SigningKey, type VerifierKey } from './signed-note.ts';

export interface Checkpoint extends TreeHead {
  /** Which log it is: the name of its keys. */
  origin: string;
}

export function signCheckpoint({ origin, size, root }: Checkpoint, keys: readonly SigningKey[]): string {
  return signNote(`${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`, keys);
}

/** Throws NoteError where the note is none, or is not signed by one of the keys. */
export function openCheckpoint(
  note: string,
  keys: readonly VerifierKey[],
): { checkpoint: Checkpoint; signedBy: VerifierKey[] } {
  const { text, signedBy } = openNote(note, keys);
  const checkpoint = parseCheckpoint(text);
  if (signedBy.some(({ name }) => name !== checkpoint.origin)) {
    throw new NoteError(`the checkpoint of ${checkpoint.origin} is signed by the key of another log`);
  }
  return { checkpoint, signedBy };
}

/** Reads it without a look at who signed it. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', leafCount = '', hash = ''] = text.split('\n');
  const root = Buffer.from(hash, 'base64');
  const isWellFormed = /^(0|[1-9]\d{0,15})$/.test(leafCount) && root.length === 32 && root.toString('base64') === hash;
  if (origin === '' || !isWellFormed) throw new NoteError('not a checkpoint: origin, number of leaves, root');
  return { origin, size: Number(leafCount), root };
}
