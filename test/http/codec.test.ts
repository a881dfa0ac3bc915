/** The codec endpoint, as Temporal's UI and command line ask it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { payloadToJSON, type JSONPayload } from '@temporalio/common/lib/proto-utils.js';
import type { Database } from '../../src/database/database.ts';
import { EncryptionCodec } from '../../src/encryption/payload-codec.ts';
import { makePayloadKey, readPayloadKeys } from '../../src/encryption/payload-keys.ts';
import type { HttpOptions } from '../../src/http/start-http.ts';
import { migratedDatabase } from '../database/fixtures.ts';
import { call, type Answer } from './caller.ts';
import { serversOfEachTest } from './server.ts';

const UI = 'http://127.0.0.1:8233';
const OF_UI = { origin: UI, 'x-namespace': 'default', 'sec-fetch-site': 'same-site' };
const TOKEN = 'correct-horse-battery-staple';
const codec = codecWith('k1');
const ORDER: JSONPayload = payloadToJSON(defaultPayloadConverter.toPayload({ side: 'BUY' }));

let db: Database;
const startServer = serversOfEachTest();
beforeAll(async () => {
  ({ db } = await migratedDatabase());
});
afterAll(() => db.close());

function codecWith(id: string): EncryptionCodec {
  return new EncryptionCodec(readPayloadKeys(makePayloadKey(id)));
}

async function start(options: Partial<HttpOptions> = {}): Promise<string> {
  return (await startServer(db, { codec, uiOrigin: UI, ...options })).url;
}

function ask(url: string, what: 'decode' | 'encode', payloads: unknown, headers: Record<string, string> = OF_UI) {
  return call(`${url}/codec/${what}`, { body: { payloads }, headers });
}

function payloadsIn({ body }: Answer): JSONPayload[] {
  return body['payloads'] as JSONPayload[];
}

describe('the codec endpoint', () => {
  it('encrypts, and decrypts what it encrypted', async () => {
    const url = await start();
    const encrypted = await ask(url, 'encode', [ORDER]);
    expect(encrypted.status).toBe(200);
    expect(payloadsIn(encrypted)[0]?.metadata?.['encryption-key-id']).toBe(Buffer.from('k1').toString('base64'));

    const decrypted = await ask(url, 'decode', payloadsIn(encrypted));
    expect(payloadsIn(decrypted)).toEqual([ORDER]);
    expect(decrypted.headers.get('access-control-allow-origin')).toBe(UI);
  });

  it('leaves what it cannot decrypt, and what was never encrypted', async () => {
    const url = await start();
    const foreign = await codecWith('k2').encode([defaultPayloadConverter.toPayload(1)]);
    const sent = [...foreign.map(payloadToJSON), ORDER, {}];
    expect(payloadsIn(await ask(url, 'decode', sent))).toEqual(sent);
  });

  it('accepts payloads of two megabytes, and refuses invalid ones', async () => {
    const url = await start();
    const [large = {}] = await codec.encode([defaultPayloadConverter.toPayload('x'.repeat(2_000_000))]);
    expect((await ask(url, 'decode', [payloadToJSON(large)])).status).toBe(200);
    expect((await ask(url, 'decode', [{ data: '?' }])).status).toBe(400);
    expect((await ask(url, 'decode', 'all')).status).toBe(400);
  });

  it('is not there without keys', async () => {
    expect((await ask(await start({ codec: null }), 'decode', [])).status).toBe(404);
  });

  it('is open to the pages of Temporal’s UI, and of its origin alone', async () => {
    const url = await start();
    const preflight = (origin: string, path: string) =>
      call(`${url}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-namespace',
        },
      });

    const allowed = await preflight(UI, '/codec/decode');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(UI);
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type,x-namespace');
    for (const refused of [
      await preflight('http://evil.example', '/codec/decode'),
      await preflight(UI, '/api/v1/halt'),
    ]) {
      expect(refused.status).toBe(403);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await ask(url, 'decode', [], { ...OF_UI, origin: 'http://evil.example' })).status).toBe(403);
    expect((await call(`${url}/api/v1/trades`, { headers: OF_UI })).status).toBe(403);
  });

  it('needs the token if there is one', async () => {
    const url = await start({ token: TOKEN });
    const refused = await ask(url, 'decode', []);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(UI);
    expect((await ask(url, 'decode', [], { ...OF_UI, authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });
});
