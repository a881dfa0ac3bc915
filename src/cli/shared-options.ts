/** What several verbs have: who asks and why, and examples in their help. */
import type { Command } from 'commander';
import type { Caller, Requester } from '../domain/order/requester.ts';
import { commandIdentity } from '../process/identity.ts';
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

/** The same, for what the command writes itself. */
export function callerOf(flags: RequesterFlags, cli: Cli): Caller {
  return { ...requesterOf(flags, cli), sentBy: commandIdentity() };
}

/** Shows under a verb's help how it is used. */
export function withExamples(command: Command, examples: readonly (readonly [what: string, line: string])[]): Command {
  const lines = examples.map(([what, line]) => `  # ${what}\n  $ ${line}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
