/** API keys in the format of Coinbase's developer platform. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';

/** What the exchange knows of a key. */
export interface AcceptedKey {
  /** `organizations/{uuid}/apiKeys/{uuid}`. */
  name: string;
  publicKeyPem: string;
  /** Default true; if false, every order and cancel is answered with 403. */
  canTrade?: boolean;
}

export interface NewKey {
  name: string;
  /** SEC1, `BEGIN EC PRIVATE KEY`, as Coinbase gives it. */
  privateKeyPem: string;
  publicKeyPem: string;
}

/** A new ES256 key, to be listed in `SimulatorOptions.keys` and given to the client. */
export function createKey(): NewKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    name: `organizations/${randomUUID()}/apiKeys/${randomUUID()}`,
    privateKeyPem: privateKey,
    publicKeyPem: publicKey,
  };
}
