/** Which exchange, and with which key. */
import { generateKeyPairSync } from 'node:crypto';
import { importPrivateKey } from '../../coinbase/auth/jwt.ts';
import { whyNotAllowed } from '../../coinbase/auth/live-guard.ts';
import { isLoopback } from '../../process/loopback.ts';
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
  if (live) refuseTwoExchanges(reader, restUrl, wsUrl);
  return {
    // An exchange on loopback that names no key is asked with one of our own making.
    ...(key ?? ephemeralKey()),
    restUrl: checkedUrl(reader, 'rest', restUrl ?? (live ? LIVE_REST_URL : sameHost(wsUrl)), live),
    wsUrl: checkedUrl(reader, 'ws', wsUrl ?? (live ? LIVE_WS_URL : sameHost(restUrl)), live),
  };
}

type Key = Pick<CoinbaseAccess, 'keyName' | 'privateKey'>;

/** Null without a key, and for a wrong one, which is reported to the reader. */
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
  // Live without a key was reported with the key.
  const wrong = whyNotAllowed(address, kind, { live, hasKey: true });
  if (wrong === null) return new URL(address).origin;
  reader.wrong(kind === 'rest' ? 'COINBASE_REST_URL' : 'COINBASE_WS_URL', wrong);
  return address;
}

/**
 * Orders of one exchange and pushes of another would be taken for each other's. Two hosts of the same side may differ;
 * this machine and any other may not, nor may another exchange be given by halves.
 */
function refuseTwoExchanges(reader: EnvironmentReader, restUrl: string | null, wsUrl: string | null): void {
  const rest = URL.parse(restUrl ?? LIVE_REST_URL);
  const ws = URL.parse(wsUrl ?? LIVE_WS_URL);
  // A value that is no URL has an error of its own.
  if (rest === null || ws === null) return;
  if (restUrl !== null && wsUrl !== null) {
    if (isLoopback(rest.hostname) === isLoopback(ws.hostname)) return;
    const here = isLoopback(rest.hostname) ? 'COINBASE_REST_URL' : 'COINBASE_WS_URL';
    reader.wrong(here, 'is on this machine and the other URL is not: both must name the same exchange');
  } else if (rest.origin !== LIVE_REST_URL) {
    reader.wrong(
      'COINBASE_WS_URL',
      `is missing, and would be ${LIVE_WS_URL}: set both URLs, or neither for Coinbase's own`,
    );
  } else if (ws.origin !== LIVE_WS_URL) {
    reader.wrong(
      'COINBASE_REST_URL',
      `is missing, and would be ${LIVE_REST_URL}: set both URLs, or neither for Coinbase's own`,
    );
  }
}

/** Where only one of the two is given, the other is at the same host and port (`http` and `ws` have the same defaults). */
function sameHost(address: string | null): string {
  return (address ?? '').replace(/^(http|ws)/, (scheme) => (scheme === 'http' ? 'ws' : 'http'));
}

function ephemeralKey(): Key {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  return { keyName: 'organizations/local/apiKeys/local', privateKey: new Secret(pem) };
}
