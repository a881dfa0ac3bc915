/** What must hold before a canary is placed. */
import { ExchangeError, type Exchange, type Product } from '../../ports/exchange.ts';
import type { HaltStore } from '../../ports/halt-store.ts';
import { isLoopback } from '../../process/loopback.ts';
import type { Cli } from '../cli.ts';
import { CouldNotError, UsageError } from '../failure.ts';
import { plain } from '../text-table.ts';

export async function refuseWhileHalted(halts: HaltStore, bot: string): Promise<void> {
  const halt = (await halts.list()).find(({ botId }) => botId === null || botId === bot);
  if (halt === undefined) return;
  const [what, which] = halt.botId === null ? ['everything', ''] : [halt.botId, ` --bot ${halt.botId}`];
  throw new CouldNotError(
    `${plain(what)} is halted since ${halt.since.slice(0, 19)} by ${plain(halt.requestedBy)} (${plain(halt.reason)}); \`order-sync resume${plain(which)} --reason …\` ends that`,
  );
}

export async function readProduct(
  exchange: Exchange,
  productId: string,
  stop: AbortSignal,
): Promise<Product & { price: string }> {
  const product = await exchange.product(productId, stop).catch((error: unknown) => {
    if (!(error instanceof ExchangeError)) throw error;
    throw new CouldNotError(`the product ${plain(productId)} cannot be read: ${plain(error.message)}`);
  });
  const { price, closed } = product;
  if (closed !== null) throw new CouldNotError(`${plain(productId)} takes no limit orders now: ${plain(closed)}`);
  if (price === null) throw new CouldNotError(`${plain(productId)} has no price yet, so no distance to it`);
  return { ...product, price };
}

/** Orders that leave this machine cost money. */
export function needsConsent(exchangeUrl: string, isGiven: boolean): boolean {
  return !isGiven && !isLoopback(new URL(exchangeUrl).hostname);
}

/** Throws UsageError where consent is needed and nobody is there to give it. */
export function requireConfirmation({ ask }: Cli): void {
  if (ask === undefined) {
    throw new UsageError(['--yes: is required where no terminal is there to ask at: real money is at stake']);
  }
}

/** Throws CouldNotError without a yes. */
export async function askForConsent(question: string, { ask }: Cli): Promise<void> {
  if ((await ask?.(question)) !== true) throw new CouldNotError('nothing was placed');
}
