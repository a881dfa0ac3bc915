/** What the key may do, and what time it is at Coinbase. */
import type { KeyPermissions } from '../../ports/exchange.ts';
import type { CoinbaseClient } from '../rest/client.ts';

export async function keyPermissions(client: CoinbaseClient, signal?: AbortSignal): Promise<KeyPermissions> {
  const answer = await client.request(
    { endpoint: 'key-permissions', method: 'GET', path: '/key_permissions' } as const,
    'urgent',
    signal,
  );
  return {
    canView: answer.flag('can_view') ?? false,
    canTrade: answer.flag('can_trade') ?? false,
    canTransfer: answer.flag('can_transfer') ?? false,
    portfolioId: answer.text('portfolio_uuid'),
  };
}

/** To the millisecond. Without a token, which is refused when our clock is ahead of theirs: then this must still be known. */
export async function time(client: CoinbaseClient, signal?: AbortSignal): Promise<string> {
  const answer = await client.request(
    { endpoint: 'time', method: 'GET', path: '/time', isPublic: true } as const,
    'urgent',
    signal,
  );
  const unixMs = answer.count('epochMillis');
  if (unixMs === null) throw answer.malformed('epochMillis is missing');
  return new Date(unixMs).toISOString();
}
