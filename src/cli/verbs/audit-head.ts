import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { messageOf } from '../../domain/message-of.ts';
import { checkLog, type LogCheck } from '../../audit/log/check-log.ts';
import { openCheckpoint, parseCheckpoint, type Checkpoint } from '../../audit/log/checkpoint.ts';
import { lastHead } from '../../audit/log/heads-file.ts';
import { verifyConsistency, type TreeHead } from '../../audit/log/merkle-proof.ts';
import { contradictionWith, proveConsistency, rootOf } from '../../audit/log/prove.ts';
import { NoteError, parseVerifierKey, type VerifierKey } from '../../audit/log/signed-note.ts';
import {
  LogIncompleteError,
  type SignedHead,
  type StoredTree,
  type TransparencyLog,
} from '../../ports/transparency-log.ts';
import { readSettings } from '../../engine/settings/settings.ts';
import { logFiles } from '../../local/locations.ts';
import type { Cli } from '../cli.ts';
import { withLog } from '../connect.ts';
import { CouldNotError, UsageError } from '../failure.ts';
import { withExamples } from '../shared-options.ts';

interface Flags {
  since?: string;
  check?: boolean;
  verifierKey: string[];
}

const EXAMPLES = [
  ['Keep the head where the owner of the database cannot reach it', 'order-sync audit head > head-2026-11-23.txt'],
  ['Has the log only grown since then?', 'order-sync audit head --since head-2026-11-23.txt'],
  ['Is every row still what was logged?', 'order-sync audit head --check'],
] as const;

export function addHead(audit: Command, cli: Cli): void {
  const command = audit
    .command('head')
    .summary("print the transparency log's signed head")
    .description(
      'Prints the newest checkpoint of the transparency log, as the signed note that it is (C2SP): its name, its number of leaves, their root, and the signature. The engine signs one a second at most while the log grows.',
    )
    .option('--since <size|file>', 'prove that the log has only grown since this size, or since the head in this file')
    .option(
      '--check',
      'read every leaf and row, and say what is not as it was logged, or as the heads file of this machine has it',
    )
    .option(
      '--verifier-key <key>',
      'take heads for signed only by this key; may be repeated (default: the keys that the database names)',
      (key: string, keys: string[]) => [...keys, key],
      [],
    )
    .action((flags: Flags) => head(flags, cli));
  withExamples(command, EXAMPLES);
}

function head({ since, check = false, verifierKey }: Flags, cli: Cli): Promise<void> {
  return withLog(cli, async (log) => {
    const newest = await log.head();
    if (newest === null) throw new CouldNotError('no head is signed yet: the engine signs the first when it has a key');
    const keys = readKeys(verifierKey.length > 0 ? verifierKey : newest.verifierKeys);
    const checkpoint = opened(newest.note, keys);
    const growth = since === undefined ? null : await provenSince(since, await log.tree(), checkpoint, keys);
    const checked = check ? await checkedLog(log, { checkpoint, keys }, cli) : null;
    cli.output.answer(
      {
        origin: checkpoint.origin,
        size: checkpoint.size,
        root: base64(checkpoint.root),
        checkpoint: newest.note,
        signedAt: newest.signedAt,
        verifierKeys: newest.verifierKeys,
        waitingSeconds: await log.waitingSeconds(),
        ...(growth && { since: { ...growth, root: base64(growth.root), proof: growth.proof.map(base64) } }),
        ...(checked && { check: checked }),
      },
      () => newest.note.trimEnd(),
    );
    for (const line of hints(newest, checkpoint, growth, checked)) cli.output.hint(line);
    if (growth?.isConsistent === false) {
      throw new CouldNotError(`the log is not one that has grown from that of ${growth.size} leaves: it was rewritten`);
    }
    const [first] = checked?.findings ?? [];
    if (first !== undefined) throw new CouldNotError(`the log is not as it was: ${checked?.findings.join('; ')}`);
  });
}

interface Growth extends TreeHead {
  proof: Uint8Array[];
  isConsistent: boolean;
}

/** A size only says where to begin: only a head that was kept can show that the log was rewritten. */
async function provenSince(
  since: string,
  tree: StoredTree,
  to: Checkpoint,
  keys: readonly VerifierKey[],
): Promise<Growth> {
  const from = /^\d{1,15}$/.test(since)
    ? { size: Number.parseInt(since, 10), root: null }
    : opened(await noteIn(since), keys);
  if (from.size > to.size) {
    throw new CouldNotError(`the log has only ${to.size} leaves, and ${since} names ${from.size}: it was shortened`);
  }
  try {
    const root = from.root ?? (await rootOf(tree, from.size));
    const proof = await proveConsistency(tree, from.size, to.size);
    return { size: from.size, root, proof, isConsistent: verifyConsistency({ size: from.size, root }, to, proof) };
  } catch (error) {
    if (error instanceof LogIncompleteError) throw new CouldNotError(error.message);
    throw error;
  }
}

/** A saved head, or the file to which the engine appends them. */
async function noteIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError([`--since: a number of leaves, or a file with a head: ${error.message}`]);
  });
  return text.startsWith('{') ? ((await lastHead(file))?.note ?? text) : `${text.trimEnd()}\n`;
}

async function checkedLog(
  log: TransparencyLog,
  { checkpoint: head, keys }: { checkpoint: Checkpoint; keys: readonly VerifierKey[] },
  { output, environment }: Cli,
) {
  const { size, moved, findings } = await checkLog(log, (read) => output.foot(`${read} leaves read`));
  output.foot(null);
  const tree = await log.tree();
  const isSigned = tree.size >= head.size && Buffer.compare(await rootOf(tree, head.size), head.root) === 0;
  if (!isSigned) findings.push('the log is not the one whose head was signed');
  const { headsFile } = logFiles(readSettings(environment));
  const wrong = await wrongWithHeadsFile(tree, { origin: head.origin, keys }, headsFile);
  return { size, moved, findings: wrong === null ? findings : [...findings, wrong] };
}

/**
 * A log that was shortened is consistent in itself: only a head that was kept outside of the database shows it. A file of
 * heads from another log proves nothing, such as that of an engine that was tried out in the present folder.
 */
async function wrongWithHeadsFile(
  tree: StoredTree,
  { origin, keys }: { origin: string; keys: readonly VerifierKey[] },
  file: string,
): Promise<string | null> {
  const last = await lastHead(file);
  if (last === null) return null;
  try {
    if (parseCheckpoint(last.note).origin !== origin) return null;
    const wrong = await contradictionWith(tree, openCheckpoint(last.note, keys).checkpoint);
    return wrong && `${file}: ${wrong}`;
  } catch (error) {
    if (error instanceof NoteError || error instanceof LogIncompleteError) return `${file}: ${error.message}`;
    throw error;
  }
}

function hints(
  { signedAt, verifierKeys }: SignedHead,
  { size }: Checkpoint,
  growth: Growth | null,
  checked: LogCheck | null,
): string[] {
  return [
    `Signed ${signedAt}, over ${size} leaves. Verifier ${verifierKeys.length === 1 ? 'key' : 'keys'}: ${verifierKeys.join(' ')}`,
    ...(growth?.isConsistent === true ? [`The log has only grown since it had ${growth.size} leaves.`] : []),
    ...(checked?.findings.length === 0 ? [`All ${checked.size} leaves and their rows are as they were logged.`] : []),
    ...(checked !== null && checked.moved > 0
      ? [`The rows of ${checked.moved} leaves were moved out, as the log says.`]
      : []),
  ];
}

function opened(note: string, keys: readonly VerifierKey[]): Checkpoint {
  try {
    return openCheckpoint(note, keys).checkpoint;
  } catch (error) {
    if (error instanceof NoteError) throw new CouldNotError(error.message);
    throw error;
  }
}

function readKeys(texts: readonly string[]): VerifierKey[] {
  try {
    return texts.map(parseVerifierKey);
  } catch (error) {
    throw new UsageError([`--verifier-key: ${messageOf(error)}`]);
  }
}

function base64(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}
