import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/engine/settings/settings.ts';
import { livePlan } from '../../src/dev/live-plan.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
const LIVE = {
  ORDER_SYNC_LIVE: 'yes',
  COINBASE_API_KEY_NAME: 'organizations/o/apiKeys/k',
  COINBASE_API_PRIVATE_KEY: PEM,
};

function planOf(environment: Record<string, string>): string {
  return livePlan(readSettings(environment), '/home/ann/bots/.order-sync').join('\n');
}

describe('npm start with ORDER_SYNC_LIVE=yes', () => {
  it('says first where orders are sent, with which key, what it starts, where, and where its data is', () => {
    const plan = planOf(LIVE);
    for (const part of [
      'https://api.coinbase.com',
      'wss://advanced-trade-ws-user.coinbase.com',
      'organizations/o/apiKeys/k',
      '127.0.0.1:7233',
      '127.0.0.1:8233',
      '/home/ann/bots/.order-sync/temporal',
      'Every program on this machine can place orders',
      '127.0.0.1:54329',
      '/home/ann/bots/.order-sync/postgres',
      'HTTP: 127.0.0.1:8080, without a token',
      'The simulated exchange is not started',
    ]) {
      expect(plan).toContain(part);
    }
    expect(plan).not.toContain(PEM.split('\n')[1]);
  });

  it('names the external servers that it uses, without their passwords', () => {
    const plan = planOf({
      ...LIVE,
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'trading',
      DATABASE_URL: 'postgres://ann:db-word@db.example:5432/orders',
      ORDER_SYNC_HTTP_TOKEN: 'http-word',
    });
    expect(plan).toContain('Temporal: temporal.example:7233, namespace trading');
    expect(plan).toContain('PostgreSQL: db.example:5432');
    expect(plan).toContain('with a token');
    expect(plan).not.toMatch(/db-word|http-word|development server|embedded/);
  });

  it('is required for these lines', () => {
    expect(planOf({})).toBe('');
    expect(planOf({ COINBASE_REST_URL: 'http://127.0.0.1:9000' })).toBe('');
  });
});
