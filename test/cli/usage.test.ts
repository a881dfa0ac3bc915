import { describe, expect, it } from '@jest/globals';
import { commandLine } from './command-line.ts';

const VERBS = [
  'place',
  'status',
  'list',
  'sync',
  'cancel',
  'migrate',
  'start',
  'worker',
  'demo',
  'simulator',
  'can-trade',
  'resolve',
  'adopt',
  'audit',
  'doctor',
  'canary',
];
/** Nothing listens on the discard port. */
const NOWHERE = { TEMPORAL_ADDRESS: '127.0.0.1:9', DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:9/nothing' };

describe('help', () => {
  it('lists every verb and the exit status', async () => {
    const { status, out } = await commandLine()('--help');
    expect(status).toBe(0);
    for (const verb of VERBS) expect(out).toContain(`  ${verb}`);
    expect(out).toContain('0 done, 1 it could not, 2 wrong usage');
  });

  it.each(VERBS)('teaches %s by example', async (verb) => {
    const { status, out } = await commandLine()(verb, '--help');
    expect(status).toBe(0);
    expect(out).toContain('Examples:');
    expect(out).toContain('--json');
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown verb', ['cancle', 'x'], 'cancel'],
    ['an unknown option', ['list', '--bots', 'x'], '--bot'],
    ['a missing argument', ['status'], 'id'],
    ['an argument too many', ['migrate', 'now'], 'migrate'],
    ['a status that there is not', ['list', '--status', 'filled'], 'completed'],
    ['a limit out of its bounds', ['list', '--limit', '501'], '1 to 500'],
    ['a port out of its bounds', ['simulator', '--port', '70000'], '65535'],
    ['a time in force that there is not', ['place', '--time-in-force', 'day'], 'gtc'],
    [
      'an order without a bot',
      ['place', '--product', 'BTC-USD', '--side', 'buy', '--quote-size', '1'],
      '--bot: is required',
    ],
  ])('exits 2 and says what is wrong: %s', async (_what, argv, hint) => {
    const { status, out, err } = await commandLine({ environment: NOWHERE })(...argv);
    expect(status).toBe(2);
    expect(err).toMatch(/^error: /);
    expect(err).toContain(hint);
    expect(out).toBe('');
  });

  it('exits 2 and shows the help when no verb is given', async () => {
    const { status, err } = await commandLine()();
    expect(status).toBe(2);
    expect(err).toContain('Usage: order-sync');
  });
});

describe('a command that fails', () => {
  it('exits 1 with one line that names the database, and not its password', async () => {
    const { status, err } = await commandLine({ environment: NOWHERE })('list');
    expect(status).toBe(1);
    expect(err).toMatch(/^error: .*database nothing at 127\.0\.0\.1:9.*\n$/);
    expect(err).not.toContain('hidden');
  });

  it('exits 1 with one line that names Temporal', async () => {
    const { status, err } = await commandLine({ environment: NOWHERE })('sync', 'some-order');
    expect(status).toBe(1);
    expect(err.trimEnd().split('\n')).toEqual([
      'The database is out of reach; taking some-order as a whole client order id.',
      expect.stringMatching(/^error: Temporal at 127\.0\.0\.1:9 .*check the address/),
    ]);
  });

  it('exits 1 and names each wrong setting', async () => {
    const { status, err } = await commandLine({ environment: { DATABASE_URL: 'mysql://x' } })('list');
    expect(status).toBe(1);
    expect(err).toContain('DATABASE_URL');
  });
});

describe('colours', () => {
  it('are used on terminals unless NO_COLOR is set', async () => {
    const coloured = async (environment: Record<string, string>, isTTY: boolean): Promise<boolean> => {
      const { err } = await commandLine({ environment: { ...NOWHERE, ...environment }, isTTY })('list');
      return err.includes('\u001b[');
    };
    expect(await coloured({}, true)).toBe(true);
    expect(await coloured({}, false)).toBe(false);
    expect(await coloured({ NO_COLOR: '1' }, true)).toBe(false);
  });
});
