import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createKey } from '../../src/simulator/index.ts';
import type { Answer, Bot } from './bot.ts';
import { botOf, sign, startWithBot, toAnswer } from './bot.ts';

const PATH = '/api/v3/brokerage/accounts';

let bot: Bot;
const viewOnly = { ...createKey(), canTrade: false };
beforeAll(async () => {
  bot = await startWithBot();
});
afterAll(() => bot.simulator.close());

async function ask(token: string | null): Promise<Answer> {
  const headers = token === null ? undefined : { authorization: `Bearer ${token}` };
  return toAnswer(await fetch(bot.simulator.url + PATH, headers && { headers }));
}

describe('a key', () => {
  it('is made as Coinbase makes it', () => {
    expect(createKey()).toMatchObject({
      name: expect.stringMatching(/^organizations\/[0-9a-f-]{36}\/apiKeys\/[0-9a-f-]{36}$/),
      privateKeyPem: expect.stringMatching(/^-----BEGIN EC PRIVATE KEY-----\n/),
    });
  });

  it('without the right to trade may read, but not place', async () => {
    const other = await startWithBot({ keys: [viewOnly] });
    try {
      const looker = botOf(other.simulator, viewOnly);
      expect((await looker.get('/key_permissions')).json).toMatchObject({ can_view: true, can_trade: false });
      const { status, json } = await looker.place('not-allowed');
      expect(status).toBe(403);
      expect(json.error).toBe('PERMISSION_DENIED');
      expect(other.simulator.ledger.orders()).toEqual([]);
    } finally {
      await other.simulator.close();
    }
  });
});

describe('a token', () => {
  const uri = `GET 127.0.0.1${PATH}`;

  it('is accepted whatever host it names', async () => {
    expect((await ask(await sign(bot.key, { uri: `GET api.coinbase.com${PATH}` }))).status).toBe(200);
    expect((await ask(await sign(bot.key, { uri: `GET 27.0.0.1:1${PATH}` }))).status).toBe(200);
  });

  const long = Math.floor(Date.now() / 1000);
  it.each([
    ['for another method', { uri: `POST 127.0.0.1${PATH}` }, {}],
    ['for another path', { uri: 'GET 127.0.0.1/api/v3/brokerage/products' }, {}],
    ['for no request', { uri: undefined }, {}],
    ['with a query in its path', { uri: `${uri}?limit=1` }, {}],
    ['of another issuer', { uri, iss: 'someone' }, {}],
    ['of another subject', { uri, sub: 'someone' }, {}],
    ['that has expired', { uri, nbf: long - 200, exp: long - 80 }, {}],
    ['that is not valid yet', { uri, nbf: long + 60, exp: long + 120 }, {}],
    ['that lives too long', { uri, exp: long + 3600 }, {}],
    ['without an end', { uri, exp: undefined }, {}],
    ['of an unknown key', { uri }, { kid: 'organizations/x/apiKeys/y' }],
    ['without a nonce', { uri }, { nonce: undefined }],
  ])('%s is a 401 in plain text', async (_what, claims, header) => {
    expect(await ask(await sign(bot.key, claims, header))).toMatchObject({ status: 401, text: 'Unauthorized' });
  });

  it('signed by another private key is a 401', async () => {
    const forged = await sign({ ...createKey(), name: bot.key.name }, { uri });
    expect((await ask(forged)).status).toBe(401);
  });

  it('is needed', async () => {
    expect((await ask(null)).text).toBe('Unauthorized');
  });

  it('is not needed for the time', async () => {
    const response = await fetch(`${bot.simulator.url}/api/v3/brokerage/time`);
    const { epochMillis } = (await response.json()) as { epochMillis: string };
    expect(Math.abs(Number(epochMillis) - Date.now())).toBeLessThan(5000);
  });
});
