/** Takes secrets out of what is about to be logged: those that are known, and whatever has the form of one. */
import { Secret } from './secret.ts';

export type Redact = (text: string) => string;

const HIDDEN = '[secret]';

/** A field of such a name holds a secret, whatever is in it. */
export const SECRET_NAME = /token|secret|password|authori[sz]ation|cookie|(api|private)_?key/i;

/** A JSON web token, a private key in PEM, and the password in a URL. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, HIDDEN],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
  [/([a-z][a-z\d+.-]{1,20}:\/\/[^\s:/?#@]*:)[^\s/?#@]+@/gi, `$1${HIDDEN}@`],
];

/** The rest of what is longer is dropped: searching it all would take time, and no line needs it. */
const MAX_TEXT_LENGTH = 10_000;
/** Shorter ones would take ordinary words out of the log. */
const MIN_LENGTH = 6;
/** A part of a path that is as long is an id that lets its owner in, not a word. */
const MIN_PART_LENGTH = 16;

/** `secrets` is any value, such as the settings: every Secret in it is known from then on. */
export function redactor(secrets: unknown): Redact {
  const known = [...new Set(secretsIn(secrets))].filter(({ length }) => length >= MIN_LENGTH);
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  return (text) => {
    const start = text.slice(0, MAX_TEXT_LENGTH);
    const withoutKnown = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), start);
    return FORMS.reduce((rest, [form, shown]) => rest.replace(form, shown), withoutKnown);
  };
}

function secretsIn(value: unknown): string[] {
  if (value instanceof Secret) {
    const revealed: unknown = value.reveal();
    return typeof revealed === 'string' ? [revealed, ...partsOf(revealed)] : namedSecretsIn(revealed);
  }
  return isObject(value) ? Object.values(value).flatMap(secretsIn) : [];
}

/** Of connection options the address is no secret, and the API key is. */
function namedSecretsIn(value: unknown): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    typeof part === 'string' ? (SECRET_NAME.test(name) ? [part] : []) : namedSecretsIn(part),
  );
}

/** What of a secret may be quoted alone: the password or the path of a URL, the lines of a key. */
function partsOf(secret: string): string[] {
  const url = URL.parse(secret);
  if (url === null || url.host === '') {
    const lines = secret.split(/\\n|[\r\n]+/);
    return [lines.join('\n'), lines.join('\\n'), ...lines];
  }
  const passwords = [url.password, decoded(url.password)];
  // The path of a database's URL is its name.
  if (!url.protocol.startsWith('http')) return passwords;
  const parts = [...url.pathname.split('/'), ...url.searchParams.values()];
  const path = url.pathname + url.search;
  return [...passwords, path === '/' ? '' : path, ...parts.filter(({ length }) => length >= MIN_PART_LENGTH)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
