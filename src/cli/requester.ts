/** Who asks, and why: the options of every verb that changes something by hand. */
import type { Command } from 'commander';
import type { Requester } from '../domain/order/requester.ts';
import type { Cli } from './cli.ts';

export interface RequesterFlags {
  requestedBy?: string;
  reason?: string;
}

export function withRequester(command: Command): Command {
  return command
    .option('--requested-by <who>', 'who asks; recorded with the order (default: the user of this shell)')
    .option('--reason <why>', 'why; recorded with the order');
}

export function requesterOf({ requestedBy, reason }: RequesterFlags, { environment }: Cli): Requester {
  return { requestedBy: requestedBy ?? environment['USER'] ?? null, reason: reason ?? null };
}
