/** The checks of database, exchange and clocks. */
import { messageOf } from '../../domain/message-of.ts';
import { examine, fail, ok, warn, type Finding } from './finding.ts';
import type { Database } from '../../database/database.ts';
import type { Cli } from '../cli.ts';
import { openExchange, withDatabase } from '../connect.ts';
import { CouldNotError } from '../failure.ts';
import { ARCHIVE_LATE_SECONDS } from '../../domain/archive-report.ts';
import { describeOffset, NOTABLE_OFFSET_MS, offsetMsOf, type ClockReading } from '../../domain/clock-offset.ts';
import type { Exchange } from '../../ports/exchange.ts';

/** Coinbase's tokens are valid from our time on, so that it refuses those of a clock ahead of its own. */
const FAIL_MS = 10_000;

const REMEDY = 'set the clocks by NTP, on this machine and there';

/** `ask` answers what the other clock showed at some moment between its call and its end. */
export function examineClock(whose: string, ask: (limit: AbortSignal) => Promise<string>): Promise<Finding> {
  const check = `clock of ${whose}`;
  return examine(check, `see the finding on ${whose}`, async (limit) => {
    const askedMs = Date.now();
    const shownMs = Date.parse(await ask(limit));
    return judge(check, { askedMs, shownMs, answeredMs: Date.now() });
  });
}

export function judge(check: string, reading: ClockReading): Finding {
  const offsetMs = offsetMsOf(reading);
  const differenceMs = Math.abs(offsetMs);
  if (differenceMs < NOTABLE_OFFSET_MS) return ok(check, 'agrees with ours within a second');
  const says = describeOffset(offsetMs);
  return differenceMs < FAIL_MS ? warn(check, says, REMEDY) : fail(check, says, REMEDY);
}

/** What each process that runs has measured, which may stand on another machine. */
function examineProcessClocks({ clockOffsets }: Pick<Database, 'clockOffsets'>): Promise<Finding> {
  const check = 'clocks of the processes';
  return examine(check, 'see the finding on migrations', async () => {
    const offsets = await clockOffsets.latest();
    if (offsets.length === 0) return ok(check, 'none has run within two hours');
    const processes = [...new Set(offsets.map(({ process }) => process))];
    const says = processes.map((name) => {
      const own = offsets.filter(({ process }) => process === name);
      return `${name} ${own.map(({ clock, offsetMs }) => `${clock} ${(offsetMs / 1_000).toFixed(1)} s`).join(', ')}`;
    });
    const hasOffset = offsets.some(({ offsetMs }) => Math.abs(offsetMs) >= NOTABLE_OFFSET_MS);
    return hasOffset ? warn(check, says.join('; '), REMEDY) : ok(check, says.join('; '));
  });
}

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
        examineMigrations(database),
        examineArchive(database),
        examineClock('the database', () => database.now()),
        examineProcessClocks(database),
      ])),
    ];
  }).catch((error: unknown) => {
    // The embedded server's password is not to be found here.
    if (!(error instanceof CouldNotError)) throw error;
    return [fail('database', error.message, UNREACHABLE)];
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
      ? warn(check, `${lost} were dropped by Temporal too early; ${waiting}`, remedy)
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
