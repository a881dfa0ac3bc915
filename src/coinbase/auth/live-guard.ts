/**
 * Whether an address may be used at all. Nothing leaves this machine without the operator's consent: a host that is not
 * loopback needs `ORDER_SYNC_LIVE=yes` and a key, and never goes without TLS.
 */
import { isLoopback } from '../../process/loopback.ts';

export interface LiveSettings {
  /** `ORDER_SYNC_LIVE=yes`. */
  live: boolean;
  hasKey: boolean;
}

/** Why the address may not be used, and what to do about it; null if it may. */
export function whyNotAllowed(address: string, kind: 'rest' | 'ws', settings: LiveSettings): string | null {
  const [plain, secure] = kind === 'rest' ? ['http:', 'https:'] : ['ws:', 'wss:'];
  const url = URL.parse(address);
  if (url === null) return `is not a URL; give scheme, host and port, such as ${secure}//exchange.example`;
  if (url.protocol !== plain && url.protocol !== secure) {
    return `must begin with ${secure}// (or ${plain}// on loopback), not ${url.protocol}`;
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    return `must be scheme, host and port only; give ${url.protocol}//${url.host}`;
  }
  if (isLoopback(url.hostname)) return null;
  if (url.protocol === plain) return `is not on this machine, so it needs ${secure}//`;
  if (!settings.live) return 'is not on this machine; set ORDER_SYNC_LIVE=yes to really send orders there';
  if (!settings.hasKey) return 'is not on this machine; give COINBASE_API_KEY_NAME and COINBASE_API_PRIVATE_KEY';
  return null;
}
