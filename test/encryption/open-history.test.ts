import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { openHistory } from '../../src/encryption/open-history.ts';
import { EncryptionCodec, UNENCRYPTED } from '../../src/encryption/payload-codec.ts';
import { makePayloadKey, readPayloadKeys } from '../../src/encryption/payload-keys.ts';

const codec = new EncryptionCodec(readPayloadKeys(makePayloadKey('k1')));

/** A history whose payloads have been through the codec. */
async function historyWith(by: Pick<EncryptionCodec, 'encode'>): Promise<Uint8Array> {
  const made = async (value: unknown): Promise<Payload> => {
    const [payload = {}] = await by.encode([defaultPayloadConverter.toPayload(value)]);
    return payload;
  };
  const input = { payloads: [await made({ side: 'BUY' })] };
  const failure = { message: 'out of funds', stackTrace: 'at place', applicationFailureInfo: { type: 'Refused' } };
  const encoded = {
    ...failure,
    message: 'Encoded failure',
    stackTrace: '',
    encodedAttributes: await made({ message: 'out of funds', stack_trace: 'at place' }),
  };
  const isPlain = (await by.encode([{}]))[0]?.metadata === undefined;
  return Buffer.from(
    historyToJSON({
      events: [
        { workflowExecutionStartedEventAttributes: { input, identity: 'bot7' } },
        { workflowExecutionFailedEventAttributes: { failure: isPlain ? failure : encoded } },
      ],
    }),
  );
}

const plainCodec = { encode: async (payloads: Payload[]) => payloads };

describe('an encrypted history', () => {
  it('is opened to what it would be, had it never been encrypted', async () => {
    const encrypted = await historyWith(codec);
    expect(Buffer.from(encrypted).toString()).not.toContain('out of funds');

    const { history, sealed } = openHistory(encrypted, codec);

    expect(sealed).toBeNull();
    expect(JSON.parse(Buffer.from(history).toString())).toEqual(
      JSON.parse(Buffer.from(await historyWith(plainCodec)).toString()),
    );
  });

  it('stays as it is where the key is missing, and says which', async () => {
    const encrypted = await historyWith(codec);
    const { history, sealed } = openHistory(encrypted, UNENCRYPTED);
    expect(JSON.parse(Buffer.from(history).toString())).toEqual(JSON.parse(Buffer.from(encrypted).toString()));
    expect(sealed).toContain('the key "k1"');
  });
});

describe('any other history', () => {
  it('stays the same bytes', async () => {
    const plain = await historyWith(plainCodec);
    const broken = (await historyWith(codec)).subarray(1);
    for (const json of [plain, broken]) expect(openHistory(json, codec)).toEqual({ history: json, sealed: null });
  });
});
