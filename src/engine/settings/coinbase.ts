/** Which exchange, and with which key. */
import { generateKeyPairSync } from 'node:crypto';
import { importPrivateKey } from '../../coinbase/auth/jwt.ts';
import { whyNotAllowed } from '../../coinbase/auth/live-guard.ts';
import { Secret } from '../../process/secret.ts';
import type { EnvironmentReader } from './environment.ts';

/** Where the exchange is and who asks. Both URLs are scheme, host and port. */
export interface CoinbaseAccess {
  keyName: string;
  privateKey: Secret;
  restUrl: string;
  wsUrl: string;
}

const LIVE_REST_URL = 'https://api.coinbase.com';
/** The endpoint of the user channel, not that of market data. */
const LIVE_WS_URL = 'wss://advanced-trade-ws-user.coinbase.com';

const KEY_NAME = 'COINBASE_API_KEY_NAME';
const PRIVATE_KEY = 'COINBASE_API_PRIVATE_KEY';

/** Null: the simulated exchange, which needs nothing of all this. */
export function readCoinbase(reader: EnvironmentReader, live: boolean): CoinbaseAccess | null {
  const key = readKey(reader, live);
  const restUrl = reader.text('COINBASE_REST_URL');
  const wsUrl = reader.text('COINBASE_WS_URL');
  if (!live && restUrl === null && wsUrl === null) return null;
  return {
    // An exchange on loopback that names no key is asked with one of our own making.
    ...(key ?? throwAwayKey()),
    restUrl: checkedUrl(reader, 'rest', restUrl ?? (live ? LIVE_REST_URL : sameHost(wsUrl)), live),
    wsUrl: checkedUrl(reader, 'ws', wsUrl ?? (live ? LIVE_WS_URL : sameHost(restUrl)), live),
  };
}

type Key = Pick<CoinbaseAccess, 'keyName' | 'privateKey'>;

/** Null without a key, and for a wrong one, which is told then. */
function readKey(reader: EnvironmentReader, live: boolean): Key | null {
  const keyName = reader.text(KEY_NAME);
  const privateKey = reader.text(PRIVATE_KEY);
  if (privateKey !== null) {
    try {
      importPrivateKey(privateKey);
    } catch (error) {
      reader.wrong(PRIVATE_KEY, error instanceof Error ? error.message : 'is not a readable private key');
    }
  }
  if (keyName !== null && privateKey !== null) return { keyName, privateKey: new Secret(privateKey) };
  if (keyName === null && privateKey !== null)
    reader.wrong(KEY_NAME, `is missing: ${PRIVATE_KEY} is set, and a key needs both`);
  if (keyName !== null && privateKey === null)
    reader.wrong(PRIVATE_KEY, `is missing: ${KEY_NAME} is set, and a key needs both`);
  if (keyName === null && privateKey === null && live) {
    reader.wrong('ORDER_SYNC_LIVE', `is yes, but there is no key: set ${KEY_NAME} and ${PRIVATE_KEY}`);
  }
  return null;
}

function checkedUrl(reader: EnvironmentReader, kind: 'rest' | 'ws', address: string, live: boolean): string {
  // Live without a key has been told already, of the key.
  const wrong = whyNotAllowed(address, kind, { live, hasKey: true });
  if (wrong === null) return new URL(address).origin;
  reader.wrong(kind === 'rest' ? 'COINBASE_REST_URL' : 'COINBASE_WS_URL', wrong);
  return address;
}

/** Where only one of the two is given, the other is at the same host and port (`http` and `ws` have the same defaults). */
function sameHost(address: string | null): string {
  return (address ?? '').replace(/^(http|ws)/, (scheme) => (scheme === 'http' ? 'ws' : 'http'));
}

function throwAwayKey(): Key {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  return { keyName: 'organizations/local/apiKeys/local', privateKey: new Secret(pem) };
}
