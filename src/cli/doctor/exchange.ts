import type { Exchange } from '../../ports/exchange.ts';
import type { Cli } from '../cli.ts';
import { openExchange } from '../connect.ts';
import { examineClock } from './clock.ts';
import { examine, fail, ok, warn, type Finding } from './finding.ts';

const CREDENTIALS = 'check COINBASE_API_KEY_NAME, COINBASE_API_PRIVATE_KEY and COINBASE_REST_URL';

export async function examineExchange(cli: Cli): Promise<Finding[]> {
  let exchange: Exchange;
  try {
    exchange = await openExchange(cli);
  } catch (error) {
    return [fail('exchange', error instanceof Error ? error.message : String(error), CREDENTIALS)];
  }
  return Promise.all([examineKey(exchange), examineClock('the exchange', (limit) => exchange.time(limit))]);
}

function examineKey(exchange: Exchange): Promise<Finding> {
  return examine('exchange', CREDENTIALS, async (limit) => {
    const { canView, canTrade, canTransfer, portfolioId } = await exchange.keyPermissions(limit);
    const portfolio = portfolioId === null ? '' : `, portfolio ${portfolioId}`;
    const lacking = [!canView && 'view', !canTrade && 'trade'].filter((permission) => permission !== false);
    if (lacking.length > 0) {
      return fail(
        'exchange',
        `the key may not ${lacking.join(' and not ')}${portfolio}`,
        'give it the permission, or use another key',
      );
    }
    return canTransfer
      ? warn('exchange', `the key may also transfer money${portfolio}`, 'use a key that may only view and trade')
      : ok('exchange', `the key may view and trade${portfolio}`);
  });
}
