/** One sequence of bytes for a JSON value, whoever writes it and in whatever order its keys come (RFC 8785). */
import canonicalize from 'canonicalize';

/** Throws for what is no JSON value, and for an unpaired surrogate, which UTF-8 cannot hold. */
export function canonicalJson(value: unknown): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError(`not a JSON value: ${typeof value}`);
  return Buffer.from(text, 'utf8');
}
