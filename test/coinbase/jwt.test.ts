import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { createSigner, importPrivateKey } from '../../src/coinbase/auth/jwt.ts';

const NAME = 'organizations/o/apiKeys/k';
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const sec1 = ec.privateKey.export({ type: 'sec1', format: 'pem' }).toString();
const seed = ed.privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(16);
const publicBytes = ed.publicKey.export({ type: 'spki', format: 'der' }).subarray(12);

describe('the token of a request', () => {
  it('is signed with ES256, names the key and the request, and lives two minutes', async () => {
    const token = await createSigner(NAME, sec1)('GET api.coinbase.com/api/v3/brokerage/orders');
    const { payload, protectedHeader } = await jwtVerify(token, ec.publicKey, { issuer: 'cdp', subject: NAME });
    expect(protectedHeader).toEqual({
      alg: 'ES256',
      kid: NAME,
      typ: 'JWT',
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(payload['uri']).toBe('GET api.coinbase.com/api/v3/brokerage/orders');
    expect((payload.exp ?? 0) - (payload.nbf ?? 0)).toBe(120);
    expect(Math.abs((payload.nbf ?? 0) - Date.now() / 1000)).toBeLessThan(5);
  });

  it('has a new nonce each time', async () => {
    const sign = createSigner(NAME, sec1);
    const nonces = await Promise.all(
      [sign('GET a'), sign('GET a')].map(async (token) => decodeProtectedHeader(await token)['nonce']),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  it('names no request for a WebSocket subscription', async () => {
    const { payload } = await jwtVerify(await createSigner(NAME, sec1)(), ec.publicKey);
    expect(payload).not.toHaveProperty('uri');
  });

  it.each([
    ['EC as SEC1', sec1],
    ['EC as SEC1 with its line breaks written as \\n', sec1.replaceAll('\n', '\\n')],
    ['EC as PKCS8', ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ])('can be signed with a key given as %s', async (_, text) => {
    await expect(jwtVerify(await createSigner(NAME, text)('GET a'), ec.publicKey)).resolves.toBeDefined();
  });

  it.each([
    ['PKCS8', ed.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['the base64 of 32 bytes', seed.toString('base64')],
    ['the base64 of 64 bytes', Buffer.concat([seed, publicBytes]).toString('base64')],
  ])('can be signed with an Ed25519 key given as %s', async (_, text) => {
    const { protectedHeader } = await jwtVerify(await createSigner(NAME, text)('GET a'), ed.publicKey);
    expect(protectedHeader.alg).toBe('EdDSA');
  });
});

describe('a key that cannot be used', () => {
  const otherCurve = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  it.each([
    ['cut off', sec1.slice(0, 90)],
    ['without its last line', sec1.split('\n').slice(0, 3).join('\n')],
    ['on another curve', otherCurve.export({ type: 'sec1', format: 'pem' }).toString()],
    ['of the wrong length', seed.subarray(1).toString('base64')],
    ['no key at all', 'hunter2-hunter2'],
    ['empty', ''],
  ])('is reported without being shown: %s', (_, text) => {
    let message = '';
    try {
      importPrivateKey(text);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('is not a readable private key; give the EC key');
    for (const line of text.split('\n').filter((part) => part.length > 8 && !part.startsWith('---'))) {
      expect(message).not.toContain(line);
    }
  });
});
