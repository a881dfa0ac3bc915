/** Parts of the command lines that the long runs share. */
import { CommanderError, InvalidArgumentError, type Command } from 'commander';

/** Returns the options; null if there is nothing more to do, after the help or wrong usage (exit status 2). */
export function parsed<Options extends object>(program: Command, argv: readonly string[]): Options | null {
  program.helpOption('-h, --help', 'print help').showHelpAfterError('Add --help to list the options.').exitOverride();
  try {
    return program.parse(argv, { from: 'user' }).opts<Options>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return null;
  }
}

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1_440)) throw new InvalidArgumentError('It must be a number above 0 and up to 1440.');
  return value;
}

export function count(text: string): number {
  const value = whole(text);
  if (value < 1 || value > 100) throw new InvalidArgumentError('It must be a whole number from 1 to 100.');
  return value;
}

export function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of up to nine digits.');
  return Number(text);
}

export function newSeed(): number {
  return Date.now() % 1_000_000;
}
