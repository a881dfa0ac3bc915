/** Authentication: the JSON Web Token that Coinbase's CDP keys sign for each request. */
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { decodeProtectedHeader, jwtVerify } from 'jose';

import type { AcceptedKey } from '../key.ts';

/** Coinbase's tokens live for two minutes. */
const MAX_LIFETIME_SECONDS = 120;
const CLOCK_TOLERANCE_SECONDS = 5;
/** The second is the older one, which ccxt still uses. */
const ISSUERS = ['cdp', 'coinbase-cloud'];

export class Keys {
  readonly #keys = new Map<string, { publicKey: KeyObject; canTrade: boolean }>();

  readonly #now: () => number;

  /** `now`: the exchange's time, Unix milliseconds. Throws if a key is not a public key in PEM. */
  constructor(keys: readonly AcceptedKey[], now: () => number) {
    this.#now = now;
    for (const key of keys) this.accept(key);
  }

  /** Accepts the key from now on. Throws if it is not a public key in PEM. */
  accept({ name, publicKeyPem, canTrade = true }: AcceptedKey): void {
    this.#keys.set(name, { publicKey: createPublicKey(publicKeyPem), canTrade });
  }

  /** Its requests get 401 from now on; a WebSocket that has subscribed with it stays open. */
  revoke(name: string): void {
    this.#keys.delete(name);
  }

  /**
   * The key that signed the token, or null if the token is not valid. `request` is what the `uri` claim (or the first of `uris`) must name; a
   * token without a request (for the WebSocket) must have no such claim.
   */
  async verify(token: string, request: { method: string; path: string } | null): Promise<{ canTrade: boolean } | null> {
    try {
      const { kid, nonce } = decodeProtectedHeader(token);
      const key = kid === undefined ? undefined : this.#keys.get(kid);
      if (kid === undefined || !key || typeof nonce !== 'string' || nonce === '') return null;
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [key.publicKey.asymmetricKeyType === 'ed25519' ? 'EdDSA' : 'ES256'],
        subject: kid,
        issuer: ISSUERS,
        requiredClaims: ['exp', 'nbf'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(this.#now()),
      });
      const { exp = 0, nbf = 0 } = payload;
      const [uri] = [payload['uri'] ?? payload['uris']].flat();
      const isRightRequest = request ? namesRequest(uri, request) : uri === undefined;
      return isRightRequest && exp - nbf <= MAX_LIFETIME_SECONDS ? { canTrade: key.canTrade } : null;
    } catch {
      return null;
    }
  }
}

/** Ignores the host: for addresses that are not https, one client cuts off its first character, and another includes the scheme. */
function namesRequest(uri: unknown, { method, path }: { method: string; path: string }): boolean {
  const [, claimedMethod, claimedPath] = /^(\S+) (?:https?:\/\/)?[^/]*(\/\S*)$/.exec(String(uri)) ?? [];
  return claimedMethod === method && claimedPath === path;
}
