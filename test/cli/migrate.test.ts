import { describe, expect, it } from '@jest/globals';
import { testDatabase } from '../support/resources.ts';
import { commandLine } from './command-line.ts';

describe('migrate', () => {
  it('is suggested for an empty database; says what it applied, and then that there is nothing to do', async () => {
    const line = commandLine({ environment: { DATABASE_URL: await testDatabase() } });

    const before = await line('list');
    expect(before.status).toBe(1);
    expect(before.err).toContain('order-sync migrate');

    const first = await line('migrate');
    expect(first).toMatchObject({ status: 0, err: '' });
    expect(first.out).toMatch(/^Applied .*0001/);

    expect(await line('migrate')).toEqual({ status: 0, out: 'The database is up to date.\n', err: '' });
    expect(JSON.parse((await line('migrate', '--json')).out)).toEqual({ applied: [] });
    expect(await line('list')).toEqual({ status: 0, out: 'No orders.\n', err: '' });
  });
});
