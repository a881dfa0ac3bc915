/** How a halt looks to a person. */
import type { HaltStatus } from '../ports/halt-store.ts';
import { paintStatus } from './order-view.ts';
import type { Paint } from './output.ts';
import { plain, table } from './text-table.ts';

export function describeHalts(halts: readonly HaltStatus[], paint: Paint): string {
  return halts.length === 0 ? 'Nothing is halted.' : halts.map((halt) => describeHalt(halt, paint)).join('\n\n');
}

function describeHalt({ botId, since, requestedBy, reason, cancelOpen, flat, open }: HaltStatus, paint: Paint): string {
  const what = botId === null ? 'Every bot' : `Bot ${plain(botId)}`;
  const head = `${what} is halted since ${since.slice(0, 19)} by ${plain(requestedBy)}: ${plain(reason)}`;
  if (flat) return `${head}\n${paint.green('flat')}: every order that it covers has ended`;
  const cancels = cancelOpen ? ', and being cancelled' : ', and left as they are';
  const orders = open.length === 0 ? 'none is open; a last one may still turn up' : `${open.length} open${cancels}`;
  const rows = open.map(({ clientOrderId, botId: bot, status, ageSeconds, cancelRequested }) => [
    clientOrderId,
    plain(bot),
    paintStatus(status, paint),
    `${ageSeconds} s`,
    cancelRequested ? 'asked' : '-',
  ]);
  const list = open.length === 0 ? [] : [table(['CLIENT ORDER ID', 'BOT', 'STATUS', 'AGE', 'CANCEL'], rows)];
  return [head, `${paint.yellow('not flat')}: ${orders}`, ...list].join('\n');
}
