/** A log line as a person reads it on a terminal: time, level, what happened, and what it is about. */
import { prettyFactory } from 'pino-pretty';
import { plain } from './plain.ts';

/** For programs: which process, and where in Temporal. What remains names the order, or says what went wrong. */
const FOR_PROGRAMS = new Set([
  'level',
  'time',
  'message',
  'pid',
  'hostname',
  'sdkComponent',
  'taskQueue',
  'workflowType',
  'runId',
  'activityType',
  'activityId',
  'attempt',
  'requestId',
]);
const MAX_VALUE_LENGTH = 200;

/** A head is published every hour for whoever collects the lines. A person at a terminal has nothing to do about it. */
const FOR_COLLECTORS = 'log-head';

/** Takes the line as JSON; empty where it is not for a person. */
export function terminalLine({ colours }: { colours: boolean }): (json: string) => string {
  const format = prettyFactory({
    colorize: colours,
    messageKey: 'message',
    timestampKey: 'time',
    translateTime: 'UTC:HH:MM:ss',
    hideObject: true,
    ignore: 'pid,hostname',
    messageFormat: (line, _messageKey, _level, { colors }) => {
      const message = plain(String(line['message']));
      const details = detailsOf(line, message);
      return details === '' ? message : `${message} ${colors.gray(details)}`;
    },
  });
  return (json) => {
    const { alert } = JSON.parse(json) as { alert?: unknown };
    return alert === FOR_COLLECTORS ? '' : String(format(json));
  };
}

function detailsOf(line: Record<string, unknown>, message: string): string {
  // An alert's message says it all.
  if ('alert' in line) return '';
  const isNew = ([name, value]: [string, unknown]): boolean =>
    !FOR_PROGRAMS.has(name) && value !== null && !message.includes(String(value)) && !isRedundant(line, name);
  const shown = Object.entries(line).filter(isNew);
  return shown.map(([name, value]) => `${name}=${plain(short(value))}`).join(' ');
}

/** An order's workflow is named after it. */
function isRedundant(line: Record<string, unknown>, name: string): boolean {
  return name === 'workflowId' && line['clientOrderId'] !== undefined;
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (inWords(value) ?? JSON.stringify(value));
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH)}…`;
}

/** An error: its message and those of its causes, without the stack. */
function inWords(value: unknown): string | null {
  const { name, message, causes = [] } = Object(value) as { name?: unknown; message?: unknown; causes?: unknown[] };
  if (typeof name !== 'string' || typeof message !== 'string') return null;
  return [`${name}: ${message}`, ...causes.map(String)].join(', because ');
}
