import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { HaltStatus, HaltStore } from '../../ports/halt-store.ts';
import type { Cli } from '../cli.ts';
import { withHalts } from '../connect.ts';
import { CouldNotError } from '../failure.ts';
import { describeHalts } from '../halt-view.ts';
import { commandIdentity } from '../../process/identity.ts';
import { requesterOf, withExamples } from '../shared-options.ts';

interface ResumeFlags {
  bot?: string;
  requestedBy?: string;
  reason: string;
}

interface HaltFlags extends ResumeFlags {
  cancelOpen?: boolean;
}

const LOOK_EVERY_MS = 500;
/** A cancel takes some seconds at the exchange. */
const FLAT_WITHIN_MS = 30_000;

export function addHalt(program: Command, cli: Cli): void {
  const command = program
    .command('halt')
    .summary('stop placing, for a bot or for all')
    .description(
      'Stops placing until `resume`: new orders are refused, and those that wait and were never sent are closed. Open orders stay open unless --cancel-open is given: then they are cancelled, and the command waits up to 30 s until all have ended. Exits 1 if one has not.',
    )
    .option('--bot <id>', 'only this bot')
    .option('--cancel-open', 'cancel every open order that is covered')
    .requiredOption('--reason <why>', 'why; shown to bots that are refused')
    .option('--requested-by <who>', 'who asks; recorded (default: the user of this shell)')
    .action((flags: HaltFlags) => halt(flags, cli));
  withExamples(command, [
    ['Stop everything and close what is open', 'order-sync halt --cancel-open --reason "the price feed is broken"'],
    ['Stop one bot and leave its orders', 'order-sync halt --bot bot7 --reason "it buys too much"'],
  ]);
}

export function addResume(program: Command, cli: Cli): void {
  const command = program
    .command('resume')
    .summary('let a halted bot, or all, place again')
    .description('Ends a halt. Without --bot it ends the halt of every bot; a bot with a halt of its own stays halted.')
    .option('--bot <id>', 'the halt of this bot')
    .requiredOption('--reason <why>', 'why; recorded')
    .option('--requested-by <who>', 'who asks; recorded (default: the user of this shell)')
    .action((flags: ResumeFlags) => resume(flags, cli));
  withExamples(command, [['Go on', 'order-sync resume --bot bot7 --reason "mended"']]);
}

function halt({ cancelOpen = false, ...flags }: HaltFlags, cli: Cli): Promise<void> {
  return withHalts(cli, async (halts) => {
    const request = { ...requestOf(flags, cli), cancelOpen };
    await halts.halt(request);
    const items = cancelOpen ? await untilFlat(halts, request.botId, cli.stop) : await halts.list();
    answer(items, cli);
    if (cancelOpen && items.some(({ botId, flat }) => botId === request.botId && !flat)) {
      throw new CouldNotError(
        'not flat yet: cancelling continues while a worker runs; run the same command again to check',
      );
    }
  });
}

function resume(flags: ResumeFlags, cli: Cli): Promise<void> {
  return withHalts(cli, async (halts) => {
    const request = requestOf(flags, cli);
    const ended = await halts.resume(request);
    answer(await halts.list(), cli);
    if (ended === null) cli.output.hint(`${request.botId ?? 'Everything'} was not halted.`);
  });
}

function requestOf({ bot, reason, requestedBy }: ResumeFlags, cli: Cli) {
  const requester = requesterOf({ ...(requestedBy !== undefined && { requestedBy }), reason }, cli);
  return { botId: bot ?? null, requestedBy: requester.requestedBy ?? 'unknown', sentBy: commandIdentity(), reason };
}

async function untilFlat(halts: HaltStore, botId: string | null, stop: AbortSignal): Promise<HaltStatus[]> {
  const giveUpAtMs = performance.now() + FLAT_WITHIN_MS;
  for (;;) {
    const items = await halts.list();
    const isFlat = items.every((item) => item.botId !== botId || item.flat);
    if (isFlat || stop.aborted || performance.now() > giveUpAtMs) return items;
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

function answer(items: HaltStatus[], { output }: Cli): void {
  output.answer({ items }, () => describeHalts(items, output.paint));
}
