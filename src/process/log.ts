/** Structured logs on standard error: one JSON object a line, or a readable line on a terminal. */
import { DefaultLogger, type LogEntry, type Logger, type LogLevel } from '@temporalio/worker';

export type { Logger };

export interface LogOptions {
  /** Default INFO. */
  level?: LogLevel;
  /** Default: readable where standard error is a terminal. */
  readable?: boolean;
}

export function createLog({ level = 'INFO', readable = process.stderr.isTTY }: LogOptions = {}): Logger {
  const line = readable ? asText : asJson;
  return new DefaultLogger(level, (entry) => void process.stderr.write(`${line(entry)}\n`));
}

function asJson({ level, message, timestampNanos, meta }: LogEntry): string {
  return JSON.stringify({ time: timeOf(timestampNanos), level, message, ...plain(meta) });
}

function asText({ level, message, timestampNanos, meta }: LogEntry): string {
  const details = Object.entries(plain(meta)).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [timeOf(timestampNanos).slice(11, 23), level.padEnd(5), message, ...details].join(' ');
}

/** An error's own fields do not enumerate; its cause may carry more than a log should. */
function plain(meta: LogEntry['meta']): Record<string, unknown> {
  const entries = Object.entries(meta ?? {}).map(([key, value]) => [
    key,
    value instanceof Error ? `${value.name}: ${value.message}` : value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function timeOf(timestampNanos: bigint): string {
  return new Date(Number(timestampNanos / 1_000_000n)).toISOString();
}
