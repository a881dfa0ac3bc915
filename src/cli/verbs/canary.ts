import { randomUUID } from 'node:crypto';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { isPositiveDecimal, compareDecimals } from '../../domain/decimal.ts';
import { smallestOrder, type SmallestOrder } from '../../domain/order/smallest-order.ts';
import type { OrderRequest } from '../../domain/order/order-request.ts';
import { runCanary } from '../canary/canary.ts';
import {
  askForConsent,
  needsConsent,
  readProduct,
  refuseWhileHalted,
  requireConfirmation,
} from '../canary/preconditions.ts';
import { Steps, stepLine } from '../canary/steps.ts';
import type { Cli } from '../cli.ts';
import { exchangeUrl, withExchange, withOrders } from '../connect.ts';
import { CouldNotError } from '../failure.ts';
import { requesterOf, withExamples } from '../shared-options.ts';
import { plain } from '../text-table.ts';

interface Flags {
  bot: string;
  product: string;
  side: 'buy' | 'sell';
  distancePercent: string;
  timeout: number;
  yes?: boolean;
}

/** With one look, and never sent late: nobody waits for a canary. */
const POLICY = { placeForMs: 10_000, immediateCheckAttempts: 1 };
const MIN_PERCENT = '1';
const MAX_PERCENT = '50';

export function addCanary(program: Command, cli: Cli): void {
  const command = program
    .command('canary')
    .summary('place one small order far from the market, and cancel it')
    .description(
      "Places a post-only limit order of the product's smallest size far from the market, sees it resting, cancels it and sees it cancelled, both in the database and at the exchange, and prints how long each step took. Whatever fails, Ctrl-C included, what was placed is cancelled. Asks before it sends an order beyond this machine. Needs the worker's settings; exits 1 if a step fails.",
    )
    .option('--product <id>', 'what to trade', 'BTC-USD')
    .addOption(
      new Option('--side <side>', 'buy needs the quote currency, sell the base currency')
        .choices(['buy', 'sell'])
        .default('buy'),
    )
    .option('--distance-percent <number>', `how far from the price, ${MIN_PERCENT} to ${MAX_PERCENT}`, percent, '10')
    .option('--bot <id>', 'the bot that the order is of', 'canary')
    .option('--timeout <seconds>', 'the most that a step may take, 1 to 300', secondsOf, 30)
    .option('--yes', 'do not ask');
  command.action((flags: Flags) => canary(flags, cli));
  withExamples(command, [
    ['Before the first order of a bot', 'order-sync canary --product BTC-USD'],
    ['After each deployment, by a script', 'order-sync canary --yes --json'],
  ]);
}

async function canary(flags: Flags, cli: Cli): Promise<void> {
  const asks = needsConsent(exchangeUrl(cli), flags.yes === true);
  if (asks) requireConfirmation(cli);
  await withExchange(cli, async (exchange, { halts }) => {
    await refuseWhileHalted(halts, flags.bot);
    const steps = new Steps((step) => {
      if (!cli.output.json) cli.output.record(step, () => stepLine(step, cli.output.paint));
    });
    const product = await steps.take(
      'product',
      () => readProduct(exchange, flags.product, cli.stop),
      ({ price }) => `the price is ${price}`,
    );
    const order = smallestOrder(product, { ...flags, side: sideOf(flags), price: product.price });
    if (asks) await askForConsent(question(flags, order, cli), cli);
    await withOrders(cli, async (orders) => {
      const request = requestOf(flags, order);
      const requester = requesterOf({ reason: 'canary' }, cli);
      const { stop } = cli;
      const options = { orders, exchange, request, requester, withinMs: flags.timeout * 1_000, stop };
      const failure = await runCanary(options, steps).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      );
      report(request, steps, failure, cli);
    });
  });
}

function sideOf({ side }: Flags): 'BUY' | 'SELL' {
  return side === 'buy' ? 'BUY' : 'SELL';
}

function requestOf(flags: Flags, { baseSize, limitPrice }: SmallestOrder): OrderRequest {
  return {
    clientOrderId: `canary-${randomUUID()}`,
    botId: flags.bot,
    productId: flags.product,
    side: sideOf(flags),
    orderConfiguration: { limit_limit_gtc: { base_size: baseSize, limit_price: limitPrice, post_only: true } },
    policy: POLICY,
  };
}

function question(flags: Flags, { baseSize, limitPrice, quoteValue }: SmallestOrder, cli: Cli): string {
  return `${sideOf(flags)} ${baseSize} ${plain(flags.product)} at ${limitPrice}, worth ${quoteValue}, post-only, to be cancelled at once. Send it to ${exchangeUrl(cli)}?`;
}

/** Throws CouldNotError after a failure. */
function report(request: OrderRequest, { taken }: Steps, failure: Error | null, cli: Cli): void {
  const { output, stop } = cli;
  const { policy: _, ...order } = request;
  const answer = { ...order, exchange: exchangeUrl(cli), ok: failure === null, steps: taken };
  const outcome = failure === null ? 'came and went as it should' : 'did not come and go as it should';
  output.answer(answer, () => `Order ${request.clientOrderId} ${outcome}.`);
  if (failure === null) return;
  const failed = taken.find(({ ok }) => !ok);
  const last = taken.at(-1);
  if (last?.step === 'withdrawn' && !last.ok) throw new CouldNotError(last.says);
  const left = last?.step === 'withdrawn' ? `; afterwards: ${last.says}` : '; nothing was placed';
  throw new CouldNotError(
    `${stop.aborted ? 'interrupted' : 'failed'} at the step ${failed?.step}: ${failed?.says}${left}`,
  );
}

function percent(text: string): string {
  const isWithin =
    isPositiveDecimal(text) && compareDecimals(text, MIN_PERCENT) >= 0 && compareDecimals(text, MAX_PERCENT) <= 0;
  if (isWithin) return text;
  throw new InvalidArgumentError(`It must be a number from ${MIN_PERCENT} to ${MAX_PERCENT}.`);
}

function secondsOf(text: string): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= 300) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 300.');
}
