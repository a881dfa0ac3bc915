import type { Database } from '../../database/database.ts';
import type { Cli } from '../cli.ts';
import { withDatabase } from '../connect.ts';
import { examineClock } from './clock.ts';
import { examine, fail, ok, type Finding } from './finding.ts';

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
      ...(await Promise.all([examineMigrations(database), examineClock('the database', () => database.now())])),
    ];
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
