import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { importPrivateKey } from '../../../src/coinbase/auth/jwt.ts';
import { readSettings } from '../../../src/engine/settings/settings.ts';
import { SettingsError } from '../../../src/engine/settings/environment.ts';
import { makePayloadKey } from '../../../src/encryption/payload-keys.ts';

const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'sec1', format: 'pem' })
  .toString();
const KEY = {
  COINBASE_API_KEY_NAME: 'organizations/o/apiKeys/k',
  COINBASE_API_PRIVATE_KEY: PEM.replaceAll('\n', '\\n'),
};

/** What is said of each wrong setting. */
function wrongSettings(environment: Record<string, string>): Record<string, string> {
  try {
    readSettings(environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return Object.fromEntries(error.errors.map(({ field, message }) => [field, message]));
  }
  return {};
}

describe('the settings of an empty environment', () => {
  it('are everything embedded, the simulator, and an HTTP interface on loopback', () => {
    expect(readSettings({})).toMatchObject({
      temporal: { address: null, namespace: 'default' },
      payloadKeys: { keys: [], encryptsWith: null },
      databaseUrl: null,
      coinbase: null,
      live: false,
      requestsPerSecond: 30,
      http: { host: '127.0.0.1', port: 8080, token: null },
      alertWebhookUrl: null,
      heartbeatUrl: null,
      reconcileEverySeconds: 60,
      startWithinSeconds: 60,
      auditKeyFile: null,
      auditHeadsFile: null,
      archive: { everySeconds: 300, keepDays: null, buildsFolder: null },
      logLevel: 'info',
    });
  });

  it('are the same when the variables are there but empty', () => {
    const names = [
      'DATABASE_URL',
      'ORDER_SYNC_LIVE',
      'COINBASE_REST_URL',
      'ORDER_SYNC_HTTP_PORT',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_NAMESPACE',
    ];
    const settings = readSettings(Object.fromEntries(names.map((name) => [name, ' '])));
    expect(inspect(settings)).toBe(inspect(readSettings({})));
  });
});

describe('settings', () => {
  it('are read from the environment', () => {
    const settings = readSettings({
      DATABASE_URL: 'postgresql://engine:word@db.example/orders',
      COINBASE_REQUESTS_PER_SECOND: '10',
      ORDER_SYNC_HTTP_HOST: '0.0.0.0',
      ORDER_SYNC_HTTP_PORT: '9090',
      ORDER_SYNC_HTTP_TOKEN: 'open-sesame',
      ORDER_SYNC_ALERT_WEBHOOK_URL: 'https://alerts.example/hook/word',
      ORDER_SYNC_HEARTBEAT_URL: 'https://hc-ping.example/word',
      RECONCILE_EVERY_SECONDS: '15',
      ORDER_SYNC_START_WITHIN_SECONDS: '0',
      ARCHIVE_EVERY_SECONDS: '30',
      ORDER_SYNC_HISTORY_DAYS: '2555',
      ORDER_SYNC_BUILDS_DIR: '/srv/builds',
      ORDER_SYNC_LOG_LEVEL: 'WARN',
      ORDER_SYNC_DEPLOYMENT_NAME: 'order-sync',
    });
    expect(settings).toMatchObject({
      temporal: { deploymentName: 'order-sync' },
      requestsPerSecond: 10,
      startWithinSeconds: 0,
      reconcileEverySeconds: 15,
      archive: { everySeconds: 30, keepDays: 2_555, buildsFolder: '/srv/builds' },
      logLevel: 'warn',
      http: { host: '0.0.0.0', port: 9090 },
    });
    expect(settings.databaseUrl?.reveal()).toBe('postgresql://engine:word@db.example/orders');
    expect(settings.http.token?.reveal()).toBe('open-sesame');
    expect(settings.alertWebhookUrl?.reveal()).toBe('https://alerts.example/hook/word');
    expect(settings.heartbeatUrl?.reveal()).toBe('https://hc-ping.example/word');
  });

  it.each([
    ['COINBASE_REQUESTS_PER_SECOND', '0', 'from 1 to 1000'],
    ['COINBASE_REQUESTS_PER_SECOND', '2.5', 'from 1 to 1000'],
    ['ORDER_SYNC_HTTP_PORT', '65536', 'from 0 to 65535'],
    ['ORDER_SYNC_HTTP_PORT', 'http', 'from 0 to 65535'],
    ['RECONCILE_EVERY_SECONDS', '-1', 'from 1 to 86400'],
    ['ORDER_SYNC_HISTORY_DAYS', '0', 'from 1 to 36500'],
    ['ORDER_SYNC_START_WITHIN_SECONDS', '-1', 'from 0 to 3600'],
    ['ORDER_SYNC_LOG_LEVEL', 'verbose', 'must be one of trace, debug, info, warn, error, not "verbose"'],
    ['ORDER_SYNC_DEPLOYMENT_NAME', 'order.sync', 'must be at most 100 letters'],
    ['ORDER_SYNC_LIVE', 'true', 'must be yes or no, not "true"'],
    ['DATABASE_URL', 'mysql://a/b', 'is not a URL of the form postgresql://'],
    ['DATABASE_URL', 'db.example', 'is not a URL of the form postgresql://'],
    ['ORDER_SYNC_ALERT_WEBHOOK_URL', 'alerts', 'is not a URL of the form https://'],
    ['ORDER_SYNC_HEARTBEAT_URL', 'hc-ping.com/uuid', 'is not a URL of the form https://hc-ping.com/<uuid>'],
    ['ORDER_SYNC_ALERT_WEBHOOK_URL', 'http://alerts.example/hook', 'it needs https://'],
    ['ORDER_SYNC_HEARTBEAT_URL', 'http://hc-ping.example/uuid', 'it needs https://'],
    ['ORDER_SYNC_HTTP_TOKEN', 'two words', 'without spaces'],
  ])('are refused: %s=%s', (name, value, remedy) => {
    expect(wrongSettings({ [name]: value })).toEqual({ [name]: expect.stringContaining(remedy) });
  });

  it('name the keys of payloads, in a variable or a file', () => {
    const [first, second] = [makePayloadKey('k2'), makePayloadKey('k1')];
    const folder = mkdtempSync(join(tmpdir(), 'order-sync-settings-'));
    try {
      const file = join(folder, 'payload-keys');
      writeFileSync(file, `# rotated in December\n${first}\n${second}\n`);
      for (const given of [{ ORDER_SYNC_PAYLOAD_KEYS: `${first} ${second}` }, { ORDER_SYNC_PAYLOAD_KEYS_FILE: file }]) {
        const settings = readSettings(given);
        expect(settings.payloadKeys).toMatchObject({ keys: [{ id: 'k2' }, { id: 'k1' }], encryptsWith: 'k2' });
        expect(inspect(settings, { depth: 9 })).not.toContain(first.slice('k2:'.length));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuse invalid keys, and do not show them', () => {
    const given = makePayloadKey('k1').slice(0, -4);
    const wrong = wrongSettings({ ORDER_SYNC_PAYLOAD_KEYS: given });
    expect(wrong).toEqual({
      ORDER_SYNC_PAYLOAD_KEYS: 'must have 32 bytes in Base64 as the key "k1": `order-sync payload-key` makes one',
    });
    expect(JSON.stringify(wrong)).not.toContain(given.slice('k1:'.length));
  });

  it('are refused all at once', () => {
    const environment = {
      ORDER_SYNC_LIVE: 'yes',
      COINBASE_REQUESTS_PER_SECOND: 'many',
      DATABASE_URL: 'x',
      ORDER_SYNC_HTTP_HOST: '0.0.0.0',
    };
    expect(Object.keys(wrongSettings(environment)).sort()).toEqual([
      'COINBASE_REQUESTS_PER_SECOND',
      'DATABASE_URL',
      'ORDER_SYNC_HTTP_TOKEN',
      'ORDER_SYNC_LIVE',
    ]);
    expect(() => readSettings(environment)).toThrow(
      /^The settings are wrong:\n {2}DATABASE_URL is not a URL of .*\n {2}ORDER_SYNC_LIVE is yes, but there is no key: set/,
    );
  });

  it('need a token to listen on anything but loopback', () => {
    expect(wrongSettings({ ORDER_SYNC_HTTP_HOST: '::' })).toHaveProperty('ORDER_SYNC_HTTP_TOKEN');
    expect(wrongSettings({ ORDER_SYNC_HTTP_HOST: '::1' })).toEqual({});
    expect(wrongSettings({ ORDER_SYNC_HTTP_HOST: '::', ORDER_SYNC_HTTP_TOKEN: 't' })).toEqual({});
  });
});

describe('the settings of the exchange', () => {
  it('are those of the simulator even with a key, until the operator sets ORDER_SYNC_LIVE', () => {
    expect(readSettings(KEY).coinbase).toBeNull();
    expect(readSettings({ ...KEY, ORDER_SYNC_LIVE: 'no' }).coinbase).toBeNull();
  });

  it("are Coinbase's own with a key and the operator's yes", () => {
    const { coinbase, live } = readSettings({ ...KEY, ORDER_SYNC_LIVE: 'yes' });
    expect(live).toBe(true);
    expect(coinbase).toMatchObject({
      keyName: KEY.COINBASE_API_KEY_NAME,
      restUrl: 'https://api.coinbase.com',
      wsUrl: 'wss://advanced-trade-ws-user.coinbase.com',
    });
    expect(importPrivateKey(coinbase?.privateKey.reveal() ?? '').algorithm).toBe('ES256');
  });

  it('never lead away from this machine without that yes', () => {
    const urls = { COINBASE_REST_URL: 'https://api.coinbase.com', COINBASE_WS_URL: 'wss://exchange.example' };
    expect(wrongSettings({ ...KEY, ...urls })).toEqual({
      COINBASE_REST_URL: expect.stringContaining('set ORDER_SYNC_LIVE=yes'),
      COINBASE_WS_URL: expect.stringContaining('set ORDER_SYNC_LIVE=yes'),
    });
    expect(wrongSettings({ ...urls, ORDER_SYNC_LIVE: 'yes' })).toEqual({
      ORDER_SYNC_LIVE: expect.stringContaining('there is no key'),
    });
  });

  it('may be an exchange on loopback; without a key it is asked with a new one', () => {
    const { coinbase } = readSettings({ COINBASE_REST_URL: 'http://127.0.0.1:9000/' });
    expect(coinbase).toMatchObject({ restUrl: 'http://127.0.0.1:9000', wsUrl: 'ws://127.0.0.1:9000' });
    expect(importPrivateKey(coinbase?.privateKey.reveal() ?? '').algorithm).toBe('ES256');
    expect(readSettings({ COINBASE_WS_URL: 'ws://localhost:9001' }).coinbase?.restUrl).toBe('http://localhost:9001');
  });

  it.each([
    [{ COINBASE_REST_URL: 'http://127.0.0.1:9000' }, 'COINBASE_WS_URL', 'set both URLs'],
    [{ COINBASE_WS_URL: 'ws://127.0.0.1:9000' }, 'COINBASE_REST_URL', 'set both URLs'],
    [{ COINBASE_REST_URL: 'https://exchange.example' }, 'COINBASE_WS_URL', 'set both URLs'],
    [
      { COINBASE_REST_URL: 'http://localhost:9000', COINBASE_WS_URL: 'wss://exchange.example' },
      'COINBASE_REST_URL',
      'must name the same exchange',
    ],
    [
      { COINBASE_REST_URL: 'https://exchange.example', COINBASE_WS_URL: 'ws://[::1]:9000' },
      'COINBASE_WS_URL',
      'must name the same exchange',
    ],
  ])('are refused with a live key when they mix two exchanges: %j', (urls, name, remedy) => {
    expect(wrongSettings({ ...KEY, ...urls, ORDER_SYNC_LIVE: 'yes' })).toEqual({
      [name]: expect.stringContaining(remedy),
    });
  });

  it.each([
    { COINBASE_REST_URL: 'https://api.coinbase.com' },
    { COINBASE_WS_URL: 'wss://advanced-trade-ws-user.coinbase.com/' },
    { COINBASE_REST_URL: 'http://127.0.0.1:9000', COINBASE_WS_URL: 'ws://localhost:9001' },
    { COINBASE_REST_URL: 'https://rest.example', COINBASE_WS_URL: 'wss://push.example' },
  ])('may name one exchange with a live key: %j', (urls) => {
    expect(wrongSettings({ ...KEY, ...urls, ORDER_SYNC_LIVE: 'yes' })).toEqual({});
  });

  it.each([
    ['COINBASE_REST_URL', 'http://127.0.0.1:9000/api/v3', 'give http://127.0.0.1:9000'],
    ['COINBASE_WS_URL', 'http://127.0.0.1:9000', 'must begin with wss://'],
  ])('are refused: %s=%s', (name, value, remedy) => {
    const other = name === 'COINBASE_WS_URL' ? 'COINBASE_REST_URL' : 'COINBASE_WS_URL';
    const environment = {
      [other]: other === 'COINBASE_WS_URL' ? 'ws://127.0.0.1:1' : 'http://127.0.0.1:1',
      [name]: value,
    };
    expect(wrongSettings(environment)).toEqual({ [name]: expect.stringContaining(remedy) });
  });

  it('need both parts of a key, and one that can be read', () => {
    expect(wrongSettings({ COINBASE_API_KEY_NAME: 'k' })).toHaveProperty('COINBASE_API_PRIVATE_KEY');
    expect(wrongSettings({ COINBASE_API_PRIVATE_KEY: PEM })).toHaveProperty('COINBASE_API_KEY_NAME');
    const unreadable = wrongSettings({ ...KEY, COINBASE_API_PRIVATE_KEY: 'hunter2' });
    expect(unreadable).toEqual({ COINBASE_API_PRIVATE_KEY: expect.stringContaining('is not a readable private key') });
    expect(JSON.stringify(unreadable)).not.toContain('hunter2');
  });
});

describe('the settings of Temporal', () => {
  it('follow its own environment configuration, namespace and key included', () => {
    const { temporal } = readSettings({
      TEMPORAL_ADDRESS: 'cloud.example:7233',
      TEMPORAL_NAMESPACE: 'orders.prod',
      TEMPORAL_API_KEY: 'hunter2',
    });
    expect(temporal).toMatchObject({ address: 'cloud.example:7233', namespace: 'orders.prod' });
    expect(temporal.connectionOptions.reveal()).toMatchObject({
      address: 'cloud.example:7233',
      apiKey: 'hunter2',
      tls: true,
    });
  });

  it('need an address beside a key', () => {
    expect(wrongSettings({ TEMPORAL_API_KEY: 'hunter2' })).toEqual({
      TEMPORAL_ADDRESS: expect.stringContaining('is missing'),
    });
  });

  it('say which file does not exist', () => {
    const missing = { TEMPORAL_ADDRESS: 'a:7233', TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/client.pem' };
    expect(wrongSettings(missing)).toEqual({ 'TEMPORAL_*': expect.stringContaining('/nowhere/client.pem') });
    expect(wrongSettings({ TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' })).toHaveProperty('TEMPORAL_CONFIG_FILE');
  });

  it('come from a file only where the environment names it', () => {
    const home = mkdtempSync(join(tmpdir(), 'settings-'));
    try {
      const file = join(home, 'temporal.toml');
      writeFileSync(file, '[profile.default]\naddress = "file.example:7233"\n');
      expect(readSettings({ TEMPORAL_CONFIG_FILE: file }).temporal.address).toBe('file.example:7233');
      writeFileSync(file, '[profile.default]\napi_key = "hunter2"\n');
      const { temporal } = readSettings({ TEMPORAL_ADDRESS: 'cloud.example:7233', TEMPORAL_CONFIG_FILE: file });
      const asked = { address: 'cloud.example:7233', apiKey: 'hunter2', tls: true };
      expect(temporal.connectionOptions.reveal()).toMatchObject(asked);
      writeFileSync(file, '[profile.default]\napi_key = "hunter2" oops\n');
      const unreadable = wrongSettings({ TEMPORAL_CONFIG_FILE: file });
      expect(unreadable).toEqual({ 'TEMPORAL_*': expect.stringContaining('Invalid TOML') });
      expect(JSON.stringify(unreadable)).not.toContain('hunter2');
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});

describe('secrets in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'order-sync-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const fileOf = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('are read where the variable with _FILE names them', () => {
    const { coinbase, databaseUrl } = readSettings({
      ORDER_SYNC_LIVE: 'yes',
      COINBASE_API_KEY_NAME: KEY.COINBASE_API_KEY_NAME,
      COINBASE_API_PRIVATE_KEY_FILE: fileOf('key.pem', PEM),
      DATABASE_URL_FILE: fileOf('database', 'postgresql://engine:word@db.example/orders\n'),
    });
    expect(coinbase?.privateKey.reveal()).toBe(PEM.trim());
    expect(databaseUrl?.reveal()).toBe('postgresql://engine:word@db.example/orders');
  });

  it('are refused when the file does not exist, and when the variable is set as well', () => {
    expect(wrongSettings({ ORDER_SYNC_HTTP_TOKEN_FILE: join(folder, 'none') })).toEqual({
      ORDER_SYNC_HTTP_TOKEN_FILE: expect.stringContaining('ENOENT'),
    });
    expect(wrongSettings({ ORDER_SYNC_HTTP_TOKEN: 'a', ORDER_SYNC_HTTP_TOKEN_FILE: fileOf('token', 'b') })).toEqual({
      ORDER_SYNC_HTTP_TOKEN: expect.stringContaining('set twice'),
    });
  });
});

describe('secrets', () => {
  const secrets = ['hunter2', 'db-word', 'open-sesame', 'hook-word', PEM.split('\n')[1] ?? ''];
  const settings = readSettings({
    ...KEY,
    ORDER_SYNC_LIVE: 'yes',
    TEMPORAL_ADDRESS: 'a:7233',
    TEMPORAL_API_KEY: 'hunter2',
    DATABASE_URL: 'postgresql://engine:db-word@db.example/orders',
    ORDER_SYNC_HTTP_TOKEN: 'open-sesame',
    ORDER_SYNC_ALERT_WEBHOOK_URL: 'https://alerts.example/hook-word',
    ORDER_SYNC_HEARTBEAT_URL: 'https://hc-ping.example/heartbeat-word',
  });

  it.each([
    ['inspected', inspect(settings, { depth: 20, showHidden: true })],
    ['written as JSON', JSON.stringify(settings)],
    ['put into a text', Object.values(settings).map(String).join() + `${settings.databaseUrl}`],
  ])('are not seen when the settings are %s', (_, shown) => {
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });

  it('are not seen in what is said of wrong settings', () => {
    const message = JSON.stringify(
      wrongSettings({
        DATABASE_URL: 'mysql://engine:hunter2@db',
        ORDER_SYNC_ALERT_WEBHOOK_URL: 'ftp://hunter2',
        ORDER_SYNC_HEARTBEAT_URL: 'ftp://hunter2',
        ORDER_SYNC_HTTP_TOKEN: 'hunter2 hunter2',
        COINBASE_REST_URL: 'https://user:hunter2@exchange.example',
      }),
    );
    expect(message).toContain('DATABASE_URL');
    expect(message).not.toContain('hunter2');
  });
});
