/** `audit move-out`: shows how many orders can leave the database, asks, and moves them into bundles, a batch after the other. */
import type { OrderVerdict } from '../../audit/verify/judge.ts';
import type { LeftOut, MoveContext, MovedBatch } from '../../audit/move-out/move-batch.ts';
import { counted } from '../../domain/counted.ts';
import type { MovablePage, MovedOrders, Obstacle } from '../../ports/moved-orders.ts';
import type { Cli } from '../cli.ts';
import { confirmation } from '../confirm.ts';
import { CouldNotError, UsageError } from '../failure.ts';
import type { Output } from '../output.ts';
import { progressBar } from '../progress-bar.ts';
import { callerOf, type RequesterFlags } from '../shared-options.ts';
import { plain } from '../text-table.ts';
import { withDeployment, type Audited } from './deployment.ts';

export interface MoveOutFlags extends RequesterFlags {
  /** RFC 3339. */
  endedBefore: string;
  out: string;
  batch: number;
  dryRun?: true;
  yes?: true;
}

/** How many of those that are left out are named. */
const SHOWN = 20;

export async function moveOut(flags: MoveOutFlags, cli: Cli): Promise<void> {
  const { output } = cli;
  if (Date.parse(flags.endedBefore) > Date.now()) throw new UsageError(['--ended-before: must not be in the future']);
  const confirm = confirmation(flags, cli, 'how many orders fit');
  await withDeployment(cli, async (audited) => {
    const { movedOrders, head } = audited;
    const { movable, held } = await countMovable(movedOrders, flags.endedBefore, cli);
    if (movable === 0 || flags.dryRun === true)
      return output.answer({ movable, held }, () => describe(movable, held, flags));
    if (!(await movedOrders.canMove()))
      throw new CouldNotError(
        "this role of PostgreSQL may not delete events, and an engine's should not: set DATABASE_URL to the owner of the tables, as for `order-sync migrate`",
      );
    if (head === null) throw new CouldNotError('the log has no signed head yet: start the engine, which signs one');
    await confirm(() => describe(movable, held, flags), `Move out ${counted(movable, 'order')}?`);
    await moveAll({ ...audited, head }, { movable, held }, flags, cli);
  });
}

interface Counts {
  movable: number;
  held: Partial<Record<Obstacle, number>>;
}

async function countMovable(movedOrders: MovedOrders, time: string, { output, stop }: Cli): Promise<Counts> {
  const counts: Counts = { movable: 0, held: {} };
  for await (const { movable, held } of pages(movedOrders, time)) {
    stop.throwIfAborted();
    counts.movable += movable.length;
    for (const [obstacle, orders] of Object.entries(held) as [Obstacle, number][])
      counts.held[obstacle] = (counts.held[obstacle] ?? 0) + orders;
    output.foot(`${counts.movable} orders found`);
  }
  output.foot(null);
  return counts;
}

async function* pages(movedOrders: MovedOrders, time: string): AsyncGenerator<MovablePage> {
  let from: string | null = null;
  do {
    const page: MovablePage = await movedOrders.endedBefore(time, from);
    yield page;
    from = page.next;
  } while (from !== null);
}

async function* batches(movedOrders: MovedOrders, { endedBefore, batch }: MoveOutFlags): AsyncGenerator<string[]> {
  let waiting: string[] = [];
  for await (const { movable } of pages(movedOrders, endedBefore)) {
    waiting.push(...movable);
    while (waiting.length >= batch) {
      yield waiting.slice(0, batch);
      waiting = waiting.slice(batch);
    }
  }
  if (waiting.length > 0) yield waiting;
}

async function moveAll(context: MoveContext & Audited, counts: Counts, flags: MoveOutFlags, cli: Cli): Promise<void> {
  const { output, stop } = cli;
  const { moveBatch } = await import('../../audit/move-out/move-batch.ts');
  const bundles: Bundle[] = [];
  const leftOut: LeftOut[] = [];
  const bar = progressBar(counts.movable, output);
  try {
    for await (const ids of batches(context.movedOrders, flags)) {
      if (stop.aborted)
        throw new CouldNotError(
          `stopped when ${counted(movedCount(bundles), 'order')} were moved out; run it again for the others`,
        );
      const toGo = new Set(ids);
      const onVerdict = ({ clientOrderId, outcome }: OrderVerdict): void => {
        if (toGo.delete(clientOrderId)) bar.add(outcome !== 'verified');
      };
      const by = callerOf(flags, cli);
      const { bundle, leftOut: others } = await moveBatch({ ...context, onVerdict }, ids, flags.out, by);
      toGo.forEach(() => bar.add(true));
      leftOut.push(...others);
      if (bundle === null) continue;
      bundles.push(bundle);
      if (!output.json) output.record(bundle, () => `${counted(bundle.orders, 'order')} → ${bundle.folder}`);
    }
  } finally {
    bar.end();
  }
  const moved = movedCount(bundles);
  output.answer({ moved, bundles, leftOut, held: counts.held }, () =>
    summaryOf(moved, bundles.length, leftOut, output),
  );
  if (leftOut.length > 0)
    throw new CouldNotError(`${leftOut.length} of ${counted(counts.movable, 'order')} were left out`);
}

type Bundle = NonNullable<MovedBatch['bundle']>;

function movedCount(bundles: readonly Bundle[]): number {
  return bundles.reduce((sum, { orders }) => sum + orders, 0);
}

function describe(movable: number, held: Counts['held'], { endedBefore, batch }: MoveOutFlags): string {
  const bundles = Math.ceil(movable / batch);
  const into = movable === 0 ? '' : `, into ${bundles === 1 ? 'one bundle' : `${bundles} bundles`}`;
  return [
    `${counted(movable, 'order')} that ended before ${endedBefore} can be moved out${into}.`,
    ...(Object.entries(held) as [Obstacle, number][]).map(
      ([obstacle, orders]) => `${counted(orders, 'order')} will stay: ${OBSTACLE_WORDS[obstacle]}.`,
    ),
  ].join('\n');
}

const OBSTACLE_WORDS: Readonly<Record<Obstacle, string>> = {
  'fills-incomplete': 'not all fills are recorded',
  'resolved-by-operator': 'an operator resolved it, which the exchange may still correct',
  'open-issue': 'it has an unresolved issue',
  'run-not-archived': 'a run of its workflow is not archived yet',
  'no-history': 'its history is not in the archive any more',
};

function summaryOf(moved: number, bundles: number, leftOut: readonly LeftOut[], { paint }: Output): string {
  const more = leftOut.length > SHOWN ? [`… and ${leftOut.length - SHOWN} more`] : [];
  return [
    ...leftOut
      .slice(0, SHOWN)
      .map(({ clientOrderId, why }) => `${clientOrderId} ${paint.red('was left out')}: ${plain(why)}`),
    ...more,
    `${counted(moved, 'order')} moved out into ${bundles === 1 ? 'one bundle' : `${bundles} bundles`}. Keep copies: the database no longer has these rows.`,
  ].join('\n');
}
