/** The keys that payloads are encrypted with, as `ORDER_SYNC_PAYLOAD_KEYS` has them: `<id>:<key>`, one on each line. */
import { randomBytes } from 'node:crypto';
import { Secret } from '../process/secret.ts';

export interface PayloadKey {
  /** Stands beside each payload that the key has encrypted, for everybody to read. */
  id: string;
  /** 256 bits in Base64. */
  key: Secret;
}

export interface PayloadKeys {
  /** Each of them decrypts. */
  keys: readonly PayloadKey[];
  /** The id of the key that encrypts what is new; null: what is new is not encrypted. */
  encryptsWith: string | null;
}

/** Where there are no keys, nothing is encrypted, and what is encrypted cannot be read. */
export const NO_KEYS: PayloadKeys = { keys: [], encryptsWith: null };

const KEY_BYTES = 32;
/** The server allows a workflow's summary 400 bytes, of which encryption, with an id of this length, takes 143. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const ID_RULE = 'an id of 1 to 32 of A-Z a-z 0-9 . _ -, which begins with a letter or a digit';
/** In the place of the first key. */
const NONE = 'none';

/**
 * The first key encrypts; `none` in its place encrypts nothing. Spaces separate as well as line breaks do, and a line
 * that begins with # says nothing. Throws an Error that names the first wrong entry and the remedy, and no key.
 */
export function readPayloadKeys(text: string): PayloadKeys {
  const lines = text.split(/\r?\n/).filter((line) => !line.trimStart().startsWith('#'));
  const entries = lines.flatMap((line) => line.split(/\s+/)).filter((entry) => entry !== '');
  const isOff = entries[0] === NONE;
  const keys: PayloadKey[] = [];
  for (const [index, entry] of entries.entries()) {
    if (index === 0 && isOff) continue;
    const found = readEntry(entry, `entry ${index + 1}`);
    const duplicate = keys.find(({ id, key }) => id === found.id || key.reveal() === found.key.reveal());
    if (duplicate !== undefined)
      throw new Error(`has the id or the key of "${duplicate.id}" again in entry ${index + 1}: remove one of the two`);
    keys.push(found);
  }
  if (keys.length === 0) throw new Error('has no key: add one, which `order-sync payload-key <id>` makes');
  return { keys, encryptsWith: isOff ? null : (keys[0]?.id ?? null) };
}

function readEntry(entry: string, where: string): PayloadKey {
  const [, id, base64] = /^([^:]*):(.*)$/.exec(entry) ?? [];
  // An entry without a colon may be the key alone, and is not shown.
  if (id === undefined || base64 === undefined || !ID.test(id))
    throw new Error(`must be <id>:<key> in ${where}, with ${ID_RULE}`);
  if (id === NONE) throw new Error(`uses "${NONE}" as an id in ${where}: it stands for no key, so choose another`);
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== KEY_BYTES || bytes.toString('base64') !== base64)
    throw new Error(`must have ${KEY_BYTES} bytes in Base64 as the key "${id}": \`order-sync payload-key\` makes one`);
  return { id, key: new Secret(base64) };
}

/** The entry of a new random key. Throws an Error where the id cannot be one. */
export function makePayloadKey(id: string): string {
  const entry = `${id}:${randomBytes(KEY_BYTES).toString('base64')}`;
  readPayloadKeys(entry);
  return entry;
}
