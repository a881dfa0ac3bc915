import { describe, expect, it } from '@jest/globals';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import { whyNotAllowed } from '../../src/coinbase/auth/live-guard.ts';
import { isLoopback } from '../../src/process/loopback.ts';
import { KEY_NAME, PRIVATE_KEY_PEM } from './scripted-server.ts';

const NOBODY = { live: false, hasKey: false };
const OPERATOR = { live: true, hasKey: true };

describe('the guard before every address', () => {
  it.each([
    'http://127.0.0.1:9000',
    'http://localhost:9000',
    'http://[::1]:9000',
    'http://127.8.9.1',
    'https://localhost',
  ])("lets %s pass without the operator's confirmation", (address) =>
    expect(whyNotAllowed(address, 'rest', NOBODY)).toBeNull(),
  );

  it.each([
    ['https://api.coinbase.com', 'rest'],
    ['wss://advanced-trade-ws-user.coinbase.com', 'ws'],
    ['https://localhost.example', 'rest'],
    ['https://127.0.0.1.example', 'rest'],
    ['https://10.0.0.1', 'rest'],
    ['https://0.0.0.0', 'rest'],
  ] as const)('lets %s pass only with ORDER_SYNC_LIVE=yes and a key', (address, kind) => {
    expect(whyNotAllowed(address, kind, NOBODY)).toContain('ORDER_SYNC_LIVE=yes');
    expect(whyNotAllowed(address, kind, { live: false, hasKey: true })).toContain('ORDER_SYNC_LIVE=yes');
    expect(whyNotAllowed(address, kind, { live: true, hasKey: false })).toContain('COINBASE_API_KEY_NAME');
    expect(whyNotAllowed(address, kind, OPERATOR)).toBeNull();
  });

  it.each([
    ['http://api.coinbase.com', 'rest', 'it needs https://'],
    ['ws://advanced-trade-ws-user.coinbase.com', 'ws', 'it needs wss://'],
    ['wss://127.0.0.1:9000', 'rest', 'must begin with https://'],
    ['https://127.0.0.1:9000', 'ws', 'must begin with wss://'],
    ['file:///etc/passwd', 'rest', 'must begin with https://'],
    ['http://127.0.0.1:9000/api', 'rest', 'give http://127.0.0.1:9000'],
    ['https://api.coinbase.com/?a=1', 'rest', 'give https://api.coinbase.com'],
    ['https://user:word@api.coinbase.com', 'rest', 'give https://api.coinbase.com'],
    ['api.coinbase.com', 'rest', 'is not a URL'],
  ] as const)('never lets %s pass as %s', (address, kind, remedy) => {
    expect(whyNotAllowed(address, kind, OPERATOR)).toContain(remedy);
  });

  it('checks the connection itself, too', () => {
    const key = { keyName: KEY_NAME, privateKey: PRIVATE_KEY_PEM, requestsPerSecond: 30 };
    expect(() => connectCoinbase({ ...key, restUrl: 'https://api.coinbase.com' })).toThrow('ORDER_SYNC_LIVE=yes');
    expect(() => connectCoinbase({ ...key, restUrl: 'https://api.coinbase.com', live: true })).not.toThrow();
  });

  it('knows which hosts are this machine', () => {
    expect(['127.0.0.1', 'localhost', 'LOCALHOST', '::1', '[::1]'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '192.168.0.1', 'localhost.', '127.0.0.1.example', ''].some(isLoopback)).toBe(false);
  });
});
