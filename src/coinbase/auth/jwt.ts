/**
 * A fresh JSON Web Token for each request, as Coinbase's CDP keys want it (coinbase-advanced-py): `iss` cdp, two minutes
 * of life, a random nonce in the header, and for REST the method and path that it is good for.
 */
import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';

const LIFETIME_S = 120;

export interface PrivateKey {
  key: KeyObject;
  algorithm: 'ES256' | 'EdDSA';
}

/** Makes a token. `uri` is `GET api.coinbase.com/api/v3/...`, without a query; left out for a WebSocket subscription. */
export type Signer = (uri?: string) => Promise<string>;

/**
 * Imports the key once; throws what `importPrivateKey` throws. `offsetMs` says how far the exchange's clock is ahead of
 * ours, as far as that is known: a token whose time has not come is refused.
 */
export function createSigner(keyName: string, privateKey: string, offsetMs: () => number = () => 0): Signer {
  const { key, algorithm } = importPrivateKey(privateKey);
  return (uri) => {
    const now = Math.floor((Date.now() + offsetMs()) / 1000);
    const claims = uri === undefined ? {} : { uri };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, kid: keyName, nonce: randomBytes(16).toString('hex'), typ: 'JWT' })
      .setSubject(keyName)
      .setIssuer('cdp')
      .setNotBefore(now)
      .setExpirationTime(now + LIFETIME_S)
      .sign(key);
  };
}

const UNREADABLE =
  'is not a readable private key; give the EC key (P-256) as PEM, its line breaks real or written as \\n, ' +
  'or the Ed25519 key as PEM or base64, just as Coinbase handed it out';

/**
 * An EC P-256 key as SEC1 or PKCS8 PEM (line breaks real or written as `\n`), or an Ed25519 key as PKCS8 PEM or as the
 * base64 of its 32 or 64 bytes. Throws an Error that says what is expected and shows nothing of what was given.
 */
export function importPrivateKey(text: string): PrivateKey {
  const key = readKey(text.replaceAll('\\n', '\n').trim());
  if (key?.asymmetricKeyType === 'ed25519') return { key, algorithm: 'EdDSA' };
  if (key?.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return { key, algorithm: 'ES256' };
  }
  throw new Error(UNREADABLE);
}

function readKey(text: string): KeyObject | null {
  try {
    if (text.includes('-----BEGIN')) return createPrivateKey(text);
    return /^[A-Za-z0-9+/]+=*$/.test(text) ? ed25519Key(Buffer.from(text, 'base64')) : null;
  } catch {
    // OpenSSL's reasons ("DECODER routines::unsupported") help nobody.
    return null;
  }
}

/** What stands before the 32 secret bytes of an Ed25519 key in PKCS8 (RFC 8410). */
const ED25519_PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** 64 bytes are the secret followed by the public key. */
function ed25519Key(bytes: Buffer): KeyObject | null {
  if (bytes.length !== 32 && bytes.length !== 64) return null;
  const der = Buffer.concat([ED25519_PKCS8_HEAD, bytes.subarray(0, 32)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
