/** A yes-or-no question at the terminal, and what asks it before much is done. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Cli } from './cli.ts';
import { CouldNotError, UsageError } from './failure.ts';

/** Anything but yes is a no: the end of the input and Ctrl-C, too. */
export function askAt(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  stop: AbortSignal,
): (question: string) => Promise<boolean> {
  return async (question) => {
    // Not as a terminal: readline would take Ctrl-C for itself.
    const lines = createInterface({ input, output, terminal: false });
    try {
      const ended = once(lines, 'close').then(() => '');
      const typed = lines.question(`${question} [y/N] `, { signal: stop }).catch(() => '');
      const answer = await Promise.race([typed, ended]);
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      lines.close();
    }
  };
}

/**
 * Throws at once where a person has to agree and there is none to ask. What it answers shows what would be done, asks, and
 * rejects after a no; with `--yes` and `--dry-run` it does nothing.
 */
export function confirmation(
  { yes, dryRun }: { yes?: boolean; dryRun?: boolean },
  { output, ask: askPerson }: Pick<Cli, 'output' | 'ask'>,
  dryRunShows: string,
): (show: () => string, question: string) => Promise<void> {
  if (yes === true || dryRun === true) return async () => {};
  const ask = output.json ? undefined : askPerson;
  if (ask === undefined) {
    const where = output.json ? 'with --json' : 'without a terminal';
    throw new UsageError([`--yes: is required ${where}; --dry-run shows ${dryRunShows}`]);
  }
  return async (show, question) => {
    output.hint(show());
    if (!(await ask(question))) throw new CouldNotError('nothing was done');
  };
}
