import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { EncryptionCodec, PayloadKeyError } from '../../src/encryption/payload-codec.ts';
import { makePayloadKey, NO_KEYS, readPayloadKeys } from '../../src/encryption/payload-keys.ts';
import { VECTOR } from './vector.ts';

const [NEW, OLD] = [makePayloadKey('new'), makePayloadKey('old')];
const ORDER = { clientOrderId: 'a-1', side: 'BUY', orderConfiguration: { market_market_ioc: { quote_size: '10.00' } } };

function codecWith(...lines: string[]): EncryptionCodec {
  return new EncryptionCodec(readPayloadKeys(lines.join('\n')));
}

function payloadOf(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

async function encrypted(codec: EncryptionCodec, value: unknown): Promise<Payload> {
  const [payload] = await codec.encode([payloadOf(value)]);
  return payload as Payload;
}

async function read(codec: EncryptionCodec, payload: Payload): Promise<unknown> {
  const [decoded] = await codec.decode([payload]);
  return defaultPayloadConverter.fromPayload(decoded as Payload);
}

describe('the codec', () => {
  it.each([[ORDER], [null], [undefined], [new Uint8Array([1, 2, 3])], ['€'.repeat(10_000)]])(
    'gives back what it encrypted: %p',
    async (value) => {
      const codec = codecWith(NEW);
      expect(await read(codec, await encrypted(codec, value))).toEqual(value);
    },
  );

  it('leaves only the encoding and the id of the key readable', async () => {
    const { metadata, data } = await encrypted(codecWith(NEW), ORDER);

    const shown = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString()]);
    expect(Object.fromEntries(shown)).toEqual({ encoding: 'binary/encrypted', 'encryption-key-id': 'new' });
    expect(Buffer.from(data ?? []).toString('latin1')).not.toMatch(/BUY|10\.00|json/);
  });

  it('uses another nonce each time', async () => {
    const codec = codecWith(NEW);
    const nonces = await Promise.all(
      Array.from({ length: 100 }, async () =>
        Buffer.from((await encrypted(codec, 1)).data ?? []).toString('hex', 0, 12),
      ),
    );
    expect(new Set(nonces).size).toBe(100);
  });

  it('writes the format of the samples: nonce, AES-256-GCM of the payload’s Protobuf, tag', async () => {
    const data = Buffer.from((await encrypted(codecWith(NEW), ORDER)).data ?? []);

    const key = Buffer.from(NEW.slice('new:'.length), 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12)).setAuthTag(data.subarray(-16));
    const plain = Buffer.concat([decipher.update(data.subarray(12, -16)), decipher.final()]);
    expect(proto.temporal.api.common.v1.Payload.decode(plain)).toMatchObject(payloadOf(ORDER));
  });

  it('reads what Temporal’s own sample in Python has encrypted', async () => {
    const { key, payload, value } = VECTOR;
    expect(await read(codecWith(key), payload)).toEqual(value);
  });

  it('reads what an older key encrypted, and encrypts with the newest', async () => {
    const written = await encrypted(codecWith(OLD), ORDER);
    const rotated = codecWith(NEW, OLD);

    expect(await read(rotated, written)).toEqual(ORDER);
    const next = await encrypted(rotated, ORDER);
    await expect(codecWith(OLD).decode([next])).rejects.toThrow('the key "new"');
  });

  it('passes on what is not encrypted, as before there were keys', async () => {
    expect(await read(codecWith(NEW), payloadOf(ORDER))).toEqual(ORDER);
    expect(await codecWith(NEW).decode([{}])).toEqual([{}]);
  });

  it('encrypts nothing after the word none, and still reads', async () => {
    const off = codecWith('none', NEW);
    expect(await encrypted(off, ORDER)).toEqual(payloadOf(ORDER));
    expect(await read(off, await encrypted(codecWith(NEW), ORDER))).toEqual(ORDER);
  });

  it('says which key is missing', async () => {
    const payload = await encrypted(codecWith(NEW), ORDER);
    const decoded = (codec: EncryptionCodec) => codec.decode([payload]);
    await expect(decoded(codecWith(OLD))).rejects.toThrow(
      new PayloadKeyError('a payload is encrypted with the key "new", which is not among the payload keys (old)'),
    );
    await expect(decoded(new EncryptionCodec(NO_KEYS))).rejects.toThrow('and no payload keys are given');
  });

  it('detects every change, and another key with the same id', async () => {
    const payload = await encrypted(codecWith(NEW), ORDER);
    const data = Buffer.from(payload.data ?? []);
    const changed = [0, 12, data.length - 1].map((index) => data.map((byte, at) => (at === index ? byte ^ 1 : byte)));
    for (const wrong of [...changed, data.subarray(0, -1), data.subarray(0, 20), new Uint8Array()])
      await expect(codecWith(NEW).decode([{ ...payload, data: wrong }])).rejects.toThrow('it was changed');
    await expect(codecWith(makePayloadKey('new')).decode([payload])).rejects.toThrow('another key of that id');
  });
});
