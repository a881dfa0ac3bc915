/** API keys as Coinbase's developer platform hands them out. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';

/** What the exchange knows of a key. */
export interface AcceptedKey {
  /** `organizations/{uuid}/apiKeys/{uuid}`. */
  name: string;
  publicKeyPem: string;
  /** Default true; false makes every order and cancel a 403. */
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
