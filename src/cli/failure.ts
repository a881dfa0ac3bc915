/** What a failure means for the caller: one sentence with the remedy, and the exit status. */
import { CommanderError } from 'commander';
import { OrderSyncError } from '../client/index.ts';
import { DatabaseUnavailableError, InvalidPageError } from '../ports/trade-store.ts';
import { BundleError } from '../audit/bundle/manifest.ts';
import { SettingsError } from '../engine/settings/environment.ts';

/** Done; it could not be done; wrong usage. */
export type ExitStatus = 0 | 1 | 2;

/** It could not be done. The message is a sentence for people, with the remedy. */
export class CouldNotError extends Error {
  override readonly name = 'CouldNotError';
}

/** The command line is wrong: each mistake is a sentence that begins with the option's name. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\nerror: '));
  }
}

export interface Failure {
  status: ExitStatus;
  /** Null when it was reported already. */
  message: string | null;
}

export function failureOf(error: unknown, stop: AbortSignal): Failure {
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? 0 : 2, message: null };
  if (error instanceof UsageError) return { status: 2, message: error.message };
  // It knows more of what was left than the general sentence does.
  if (error instanceof CouldNotError) return { status: 1, message: error.message };
  if (stop.aborted) return { status: 1, message: 'stopped before it was done; the request may still be carried out' };
  if (isExpected(error)) return { status: 1, message: error.message };
  // A defect of ours: the place where it happened is what helps.
  return { status: 1, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof OrderSyncError ||
    error instanceof DatabaseUnavailableError ||
    error instanceof InvalidPageError ||
    error instanceof SettingsError ||
    error instanceof BundleError
  );
}
