/** The log of a process, by pino, on standard error: one JSON object a line, or on a terminal a short line in colours. */
import { pino, type DestinationStream } from 'pino';
import type { Logger, LogMetadata } from '@temporalio/common';
import { loggable } from './log-fields.ts';
import { redactor } from './redact.ts';
import { terminalLine } from './terminal-line.ts';

export type { Logger };

/** How important a log line is, least important first. */
export const LOG_LEVELS = [
  /** What Temporal's SDK says of its own work. */
  'trace',
  /** Each HTTP request, and what only somebody who looks for a defect wants to know. */
  'debug',
  /** What an operator did or may want to know. */
  'info',
  /** Alerts, and what does not work now and is tried again. */
  'warn',
  /** What does not work, and will not by itself. */
  'error',
] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  /** Default `info`. */
  level?: LogLevel;
  /** Any value, such as the settings: no line shows a Secret that is in it. */
  secrets?: unknown;
  /** Default: standard error. */
  destination?: DestinationStream;
}

/** Of Temporal's interface, because its runtime writes here too. */
export function createLog({ level = 'info', secrets, destination = standardError() }: LogOptions = {}): Logger {
  const redact = redactor(secrets);
  const out = pino(
    {
      level,
      messageKey: 'message',
      // A message that was buffered has a time of its own.
      timestamp: false,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );

  function write(at: LogLevel, message: string, meta: LogMetadata = {}): void {
    if (!out.isLevelEnabled(at)) return;
    out[at]({ time: new Date().toISOString(), ...loggable(meta, redact) }, redact(message));
  }

  return {
    log: (at, message, meta) => write(at.toLowerCase() as LogLevel, message, meta),
    trace: (message, meta) => write('trace', message, meta),
    debug: (message, meta) => write('debug', message, meta),
    info: (message, meta) => write('info', message, meta),
    warn: (message, meta) => write('warn', message, meta),
    error: (message, meta) => write('error', message, meta),
  };
}

/** Written at once, so that the last lines of a process that ends are not lost. */
function standardError(): DestinationStream {
  const { stderr, env } = process;
  if (!stderr.isTTY) return pino.destination({ dest: stderr.fd, sync: true });
  const toLine = terminalLine({ colours: (env['NO_COLOR'] ?? '') === '' });
  return { write: (json) => void stderr.write(toLine(json)) };
}
