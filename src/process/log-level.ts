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
