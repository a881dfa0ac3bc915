/** The fields of a log line: bounded, without secrets, and of an error only its words and the place where it arose. */
import { types } from 'node:util';
import { SECRET_NAME, type Redact } from './redact.ts';

export type Fields = Record<string, unknown>;

/** A field says what it is about; what is longer belongs into the database. */
const MAX_TEXT_LENGTH = 2_000;
const MAX_ENTRIES = 50;
const MAX_DEPTH = 5;
const MAX_CAUSES = 5;
const MAX_FRAMES = 5;

/** What stands there for JSON: money and ids as they are, no function, no endless structure. */
export function loggable(fields: object, redact: Redact): Fields {
  return ofObject(fields, redact, 0);
}

function ofValue(value: unknown, redact: Redact, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return bounded(redact(value));
    case 'bigint':
      return String(value);
    case 'function':
    case 'symbol':
      return undefined;
    case 'object':
      if (value === null) return null;
      // Not by instanceof: what a workflow logs comes from the sandbox, which has an Error of its own.
      if (types.isNativeError(value)) return ofError(value, redact);
      if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
      if (hasJson(value)) return ofValue(value.toJSON(), redact, depth + 1);
      if (depth >= MAX_DEPTH) return '[…]';
      if (!Array.isArray(value)) return ofObject(value, redact, depth + 1);
      return value.slice(0, MAX_ENTRIES).map((entry: unknown) => ofValue(entry, redact, depth + 1));
    default:
      return value;
  }
}

function ofObject(value: object, redact: Redact, depth: number): Fields {
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, entry]) => [
      name,
      SECRET_NAME.test(name) && entry !== null ? '[secret]' : ofValue(entry, redact, depth),
    ]),
  );
}

/** Nothing else of it: an error of a library may hold a whole request, with its headers and its body. */
function ofError(error: Error, redact: Redact): Fields {
  const { name, message, stack = '' } = error;
  const { code } = error as { code?: unknown };
  const causes = causesOf(error).map((cause) => bounded(redact(cause)));
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name,
    message: bounded(redact(message)),
    ...(typeof code === 'string' && { code: bounded(redact(code)) }),
    ...(causes.length > 0 && { causes }),
    stack: frames.slice(0, MAX_FRAMES).map((frame) => bounded(redact(frame.trim()))),
  };
}

/** Outermost first; of an error that stands for several, all of them. */
function causesOf(error: Error): string[] {
  const causes: string[] = [];
  let next: unknown[] = behind(error);
  while (next.length > 0 && causes.length < MAX_CAUSES) {
    causes.push(...next.slice(0, MAX_CAUSES - causes.length).map(inWords));
    next = next.flatMap((cause) => (types.isNativeError(cause) ? behind(cause) : []));
  }
  return causes;
}

function behind(error: Error): unknown[] {
  const { cause, errors } = error as { cause?: unknown; errors?: unknown };
  return [...(cause === undefined || cause === null ? [] : [cause]), ...(Array.isArray(errors) ? errors : [])];
}

/** Of what is thrown and is no error only text is safe to show. */
function inWords(cause: unknown): string {
  if (types.isNativeError(cause)) return `${cause.name}: ${cause.message}`;
  return typeof cause === 'string' ? cause : `a value of type ${typeof cause}`;
}

function bounded(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}…`;
}

function hasJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
