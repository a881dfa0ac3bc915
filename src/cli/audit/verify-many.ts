/** `audit verify DIR` and `audit verify --all`: many orders, and what is wrong with any of them. */
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../domain/message-of.ts';
import type { BundleVerdict, Trust } from '../../audit/bundle/verify-bundle.ts';
import type { OrderVerdict } from '../../audit/verify/judge.ts';
import { readSettings } from '../../engine/settings/settings.ts';
import { EncryptionCodec } from '../../encryption/payload-codec.ts';
import type { Cli } from '../cli.ts';
import { CouldNotError, UsageError } from '../failure.ts';
import type { Paint } from '../output.ts';
import { progressBar, type ProgressBar } from '../progress-bar.ts';
import { plain } from '../text-table.ts';
import { withDeployment, withPool } from './deployment.ts';
import { selectOrders } from './select-orders.ts';

export interface TrustFlags {
  key?: string[];
  heads?: string;
}

export interface Summary {
  orders: number;
  verified: number;
  differs: number;
  cannotBeReplayed: number;
  movedOut: number;
  /** Rows of all orders that the log's head proves, and those that it does not know. */
  anchored: number;
  unanchored: number;
  seconds: number;
  /** Those that are neither verified nor moved out. */
  verdicts: OrderVerdict[];
}

/** What is true of all orders together; a deployment has no bundle's manifest, differences and clocks. */
type WholeVerdict = Pick<BundleVerdict, 'head' | 'differences'> &
  Partial<Pick<BundleVerdict, 'sha256' | 'maxOffsetMs'>>;

/** Needs neither server nor database. */
export async function verifyFolder(folder: string, flags: TrustFlags, cli: Cli): Promise<void> {
  const { verifyBundle } = await import('../../audit/bundle/verify-bundle.ts');
  const trust = await readTrust(flags);
  const codec = new EncryptionCodec(readSettings(cli.environment).payloadKeys);
  const startedAtMs = performance.now();
  let bar: ProgressBar | null = null;
  const verdict = await withPool(cli, (pool) =>
    verifyBundle(folder, {
      pool,
      codec,
      trust,
      onVerdict: (verdict, total) => (bar ??= progressBar(total, cli.output)).add(isWrong(verdict)),
    }),
  ).finally(() => bar?.end());
  const { orders, ...whole } = verdict;
  report(whole, summaryOf(orders, startedAtMs), cli);
}

export function verifyAll(cli: Cli): Promise<void> {
  return withDeployment(cli, async ({ deployment, dependencies, head }) => {
    const { verifyLiveOrders } = await import('../../audit/verify/verify-live.ts');
    const ids = await selectOrders(deployment.trades, {});
    const startedAtMs = performance.now();
    const bar = progressBar(ids.length, cli.output);
    const verdicts = await verifyLiveOrders(deployment, ids, dependencies, (verdict) =>
      bar.add(isWrong(verdict)),
    ).finally(() => bar.end());
    const ofLog = head === null ? null : { origin: 'the log', size: head.size, isTrusted: false, isPublished: null };
    report({ head: ofLog, differences: [] }, summaryOf(verdicts, startedAtMs), cli);
  });
}

/** Keys as they stand on the command line, or in files with one on each line. */
async function readTrust({ key, heads }: TrustFlags): Promise<Trust> {
  const { parseVerifierKey } = await import('../../audit/log/signed-note.ts');
  const keys = key?.map((text) => {
    try {
      return parseVerifierKey(text);
    } catch (error) {
      throw new UsageError([`--key: ${messageOf(error)}`]);
    }
  });
  return { keys: keys ?? null, heads: heads === undefined ? [] : notesIn(await readFile(heads, 'utf8'), heads) };
}

/** One JSON object a line; the last may be cut off by a crash. */
function notesIn(text: string, file: string): string[] {
  const notes = text.split('\n').flatMap((line) => {
    try {
      const { note } = JSON.parse(line) as { note?: unknown };
      return typeof note === 'string' ? [note] : [];
    } catch {
      return [];
    }
  });
  if (notes.length === 0) throw new CouldNotError(`${file} has no line that is a published head`);
  return notes;
}

function summaryOf(verdicts: readonly OrderVerdict[], startedAtMs: number): Summary {
  const count = (outcome: OrderVerdict['outcome']) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return {
    orders: verdicts.length,
    verified: count('verified'),
    differs: count('differs'),
    cannotBeReplayed: count('cannot be replayed'),
    movedOut: count('moved out'),
    anchored: verdicts.reduce((sum, { anchored }) => sum + (anchored?.rows ?? 0), 0),
    unanchored: verdicts.reduce((sum, { unanchored }) => sum + unanchored.length, 0),
    seconds: (performance.now() - startedAtMs) / 1_000,
    verdicts: verdicts.filter(isWrong),
  };
}

function isWrong({ outcome }: OrderVerdict): boolean {
  return outcome === 'differs' || outcome === 'cannot be replayed';
}

function report(whole: WholeVerdict, summary: Summary, { output }: Cli): void {
  output.answer({ ...whole, ...summary }, () => describe(whole, summary, output.paint));
  const { orders, differs, cannotBeReplayed } = summary;
  const wrong = differs + cannotBeReplayed;
  if (whole.differences.length === 0 && wrong === 0) return;
  const ofOrders = wrong === 0 ? [] : [`${wrong} of ${orders} orders are not verified`];
  const ofWhole = whole.differences.length === 0 ? [] : [`the bundle differs: ${plain(whole.differences[0] ?? '')}`];
  throw new CouldNotError([...ofWhole, ...ofOrders].join('; '));
}

function describe({ sha256, head, differences, maxOffsetMs }: WholeVerdict, summary: Summary, paint: Paint): string {
  const { orders, verified, differs, cannotBeReplayed, movedOut, anchored, unanchored, seconds, verdicts } = summary;
  return [
    ...differences.map((difference) => paint.red(`The bundle differs: ${plain(difference)}`)),
    ...verdicts.map(({ clientOrderId, outcome, why, differences: [first, ...others] }) => {
      const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
      return `${clientOrderId} ${paint.red(outcome)}: ${plain(why ?? first ?? '')}${more}`;
    }),
    `${verified} of ${orders} orders verified, ${differs} differ, ${cannotBeReplayed} cannot be replayed (${(orders / seconds).toFixed(0)} a second).`,
    ...(movedOut === 0 ? [] : [`${movedOut} were moved out: verify the bundles that have them.`]),
    head === null
      ? 'There is no signed head: only the histories show that the rows are as they were written.'
      : `${anchored} rows are proven by the head of ${head.size} leaves, ${unanchored} are not in it.`,
    ...trustIn(head),
    ...(maxOffsetMs === undefined ? [] : [clocksSentence(maxOffsetMs)]),
    ...(sha256 === undefined ? [] : [`The SHA-256 of its manifest.json is ${sha256}.`]),
  ].join('\n');
}

function clocksSentence(maxOffsetMs: number | null): string {
  if (maxOffsetMs === null) return 'No clock was measured while the orders were open.';
  const offset = `${(maxOffsetMs / 1_000).toFixed(1)} s`;
  return `The clocks of the engine, its database and the exchange were at most ${offset} apart when they were compared.`;
}

function trustIn(head: BundleVerdict['head']): string[] {
  if (head === null) return [];
  const key = head.isTrusted
    ? []
    : ['The verifier key came from the same place as the head: give one that you have from elsewhere with --key.'];
  const published =
    head.isPublished === false ? ['No published head has as many leaves, so the head was compared with none.'] : [];
  return [...key, ...published];
}
