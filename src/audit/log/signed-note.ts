/**
 * Signed notes (https://c2sp.org/signed-note) with Ed25519 keys in the encodings of Go's golang.org/x/mod/sumdb/note: a text
 * whose signatures stand below it, one a line. Keys have names, and two keys of one name differ by their ids.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

export interface VerifierKey {
  name: string;
  /** Eight hexadecimal digits. */
  id: string;
  publicKey: Uint8Array;
}

export interface SigningKey extends VerifierKey {
  seed: Uint8Array;
}

export class NoteError extends Error {
  override name = 'NoteError';
}

const ED25519 = 1;
const SIGNING_KEY = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;
const VERIFIER_KEY = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;
const SIGNATURE = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/;
/** What precedes an Ed25519 key's 32 bytes in DER. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export function createSigningKey(name: string): SigningKey {
  if (!/^[^\s+]+$/.test(name)) throw new NoteError('the name of a key has neither spaces nor a plus sign');
  const der = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
  return signingKeyOf(name, der.subarray(PKCS8.length));
}

/** `PRIVATE+KEY+<name>+<id>+<base64>`. Whoever has it can sign as its owner. */
export function encodeSigningKey({ name, id, seed }: SigningKey): string {
  return `PRIVATE+KEY+${name}+${id}+${encoded(seed)}`;
}

export function parseSigningKey(text: string): SigningKey {
  const [, name, id, key] = SIGNING_KEY.exec(text.trim()) ?? [];
  const seed = key === undefined ? undefined : decoded(key);
  const parsed = name === undefined || seed === undefined ? undefined : signingKeyOf(name, seed);
  if (parsed === undefined || parsed.id !== id) throw new NoteError('not a signing key: PRIVATE+KEY+<name>+<id>+<key>');
  return parsed;
}

/** `<name>+<id>+<base64>`: what those need who verify. */
export function encodeVerifierKey({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${encoded(publicKey)}`;
}

export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, key] = VERIFIER_KEY.exec(text.trim()) ?? [];
  const publicKey = key === undefined ? undefined : decoded(key);
  if (name === undefined || publicKey === undefined || idOf(name, publicKey) !== id) {
    throw new NoteError('not a verifier key: <name>+<id>+<key>');
  }
  return { name, id, publicKey };
}

/** @param text - Ends with a line break. */
export function signNote(text: string, keys: readonly SigningKey[]): string {
  if (!text.endsWith('\n')) throw new NoteError('the text of a note ends with a line break');
  const lines = keys.map(({ name, id, seed }) => {
    const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    const signature = sign(null, Buffer.from(text), key);
    return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * The text, and the keys whose signatures it bears. Signatures of others are ignored. Throws NoteError where none of the
 * keys has signed, or where a signature in the name of one is not its own.
 */
export function openNote(note: string, keys: readonly VerifierKey[]): { text: string; signedBy: VerifierKey[] } {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split('\n');
  if (end < 1 || lines.pop() !== '' || lines.length === 0) throw new NoteError('not a signed note');
  const signedBy = new Set<VerifierKey>();
  for (const line of lines) {
    const [, name, base64 = ''] = SIGNATURE.exec(line) ?? [];
    if (name === undefined) throw new NoteError(`not a signature: ${line}`);
    const bytes = Buffer.from(base64, 'base64');
    const id = bytes.subarray(0, 4).toString('hex');
    const key = keys.find((known) => known.name === name && known.id === id);
    if (key === undefined) continue;
    if (!isSignedBy(key, text, bytes.subarray(4)))
      throw new NoteError(`the signature of ${name}+${id} does not fit the text`);
    signedBy.add(key);
  }
  if (signedBy.size === 0) throw new NoteError('the note is signed by none of the known keys');
  return { text, signedBy: [...signedBy] };
}

function isSignedBy({ publicKey }: VerifierKey, text: string, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(text), key, signature);
}

function signingKeyOf(name: string, seed: Uint8Array): SigningKey {
  const key = createPublicKey(createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' }));
  const publicKey = key.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
  return { name, id: idOf(name, publicKey), publicKey, seed };
}

function idOf(name: string, publicKey: Uint8Array): string {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Uint8Array.of(ED25519))
    .update(publicKey)
    .digest('hex')
    .slice(0, 8);
}

function encoded(key: Uint8Array): string {
  return Buffer.concat([Uint8Array.of(ED25519), key]).toString('base64');
}

/** The 32 bytes of a key; undefined where it is not an Ed25519 key. */
function decoded(base64: string): Uint8Array | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === 33 && bytes[0] === ED25519 ? bytes.subarray(1) : undefined;
}
