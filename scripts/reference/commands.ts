/** What the command line offers, from the commands themselves. */
import type { Command } from 'commander';
import { Output } from '../../src/cli/output.ts';
import { createProgram } from '../../src/cli/program.ts';
import { table } from './table.ts';

const NOWHERE = { write: () => true };

export function commandReference(): string {
  const program = createProgram({
    environment: {},
    output: new Output({ out: NOWHERE, err: NOWHERE, environment: {} }),
    stop: new AbortController().signal,
    launch: async () => {},
  });
  const rows = commandsOf(program).map(({ line, command }) => [
    code(line),
    command.summary(),
    command.options.map(({ flags }) => code(flags)).join(', '),
  ]);
  return table(['command', 'what it does', 'options'], rows);
}

/** Each with the whole line that runs it; of a command with others below it, only those. */
function commandsOf(parent: Command): { line: string; command: Command }[] {
  return parent.commands.flatMap((command) => {
    if (command.commands.length > 0) return commandsOf(command);
    const names = [parent.parent === null ? '' : parent.name(), command.name()];
    const values = command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
    return [{ line: [...names, ...values].join(' ').trim(), command }];
  });
}

function code(text: string): string {
  return `\`${text}\``;
}
