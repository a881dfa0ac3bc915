/** The checks of database and exchange. */
import { messageOf } from '../../domain/message-of.ts';
import { examineClock, examineProcessClocks } from './clocks.ts';
import { examine, fail, ok, warn, withDetails, type Finding } from './finding.ts';
import type { Database } from '../../database/database.ts';
import type { Cli } from '../cli.ts';
import { openExchange, withDatabase } from '../connect.ts';
import { CouldNotError } from '../failure.ts';
import { ARCHIVE_LATE_SECONDS } from '../../domain/archive-report.ts';
import type { Exchange } from '../../ports/exchange.ts';

const UNREACHABLE = 'check DATABASE_URL, and that the server runs';

export async function examineDatabase(cli: Cli): Promise<Finding[]> {
  return withDatabase(cli, async (database) => {
    const reached = await examine('database', UNREACHABLE, async () => {
      await database.ping();
      return ok('database', 'answers');
    });
    if (reached.level === 'fail') return [reached];
    return [
      reached,
      ...(await Promise.all([
        examineServerVersion(database),
        examineMigrations(database),
        examineArchive(database),
        examineClock('the database', () => database.now()),
        examineProcessClocks(database),
      ])),
    ];
  }).catch((error: unknown) => {
    // The embedded server's password cannot be found from here.
    if (!(error instanceof CouldNotError)) throw error;
    return [fail('database', error.message, UNREACHABLE)];
  });
}

function examineServerVersion(database: Database): Promise<Finding> {
  const check = 'version of PostgreSQL';
  return examine(check, 'see the finding on the database', async () => {
    const version = await database.serverVersion();
    return withDetails(ok(check, version), { version });
  });
}

function examineMigrations({ migrations }: Database): Promise<Finding> {
  return examine('migrations', 'run the version of order-sync that the database belongs to', async () => {
    const missing = await migrations.pending();
    if (missing.length > 0) return fail('migrations', `${missing.join(', ')} not applied`, 'run `order-sync migrate`');
    await migrations.assertMigrated();
    return ok('migrations', 'all applied');
  });
}

function examineArchive({ histories }: Database): Promise<Finding> {
  const check = 'archived histories';
  return examine(check, 'see the finding on migrations', async () => {
    const { runs, oldestSeconds, lost } = await histories.backlog();
    const waiting = runs === 0 ? 'none waits' : `${runs} wait, the oldest for ${Math.ceil(oldestSeconds / 60)} min`;
    if (oldestSeconds > ARCHIVE_LATE_SECONDS) {
      return warn(
        check,
        waiting,
        'check the workflow archive-orders: Temporal deletes closed runs after its retention period',
      );
    }
    const remedy = "give Temporal's namespace a longer retention, if it was too short";
    return lost > 0
      ? warn(check, `in the last week ${lost} were found that Temporal had dropped too early; ${waiting}`, remedy)
      : ok(check, waiting);
  });
}

const CREDENTIALS = 'check COINBASE_API_KEY_NAME, COINBASE_API_PRIVATE_KEY and COINBASE_REST_URL';

export async function examineExchange(cli: Cli): Promise<Finding[]> {
  let exchange: Exchange;
  try {
    exchange = await openExchange(cli);
  } catch (error) {
    return [fail('exchange', messageOf(error), CREDENTIALS)];
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
