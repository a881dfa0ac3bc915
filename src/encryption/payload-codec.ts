/**
 * Encrypts what Temporal is given: AES-256-GCM, in the format of Temporal's own samples (`encryption` of samples-go,
 * samples-python and samples-typescript), so that their codecs read it, too. The data is a random nonce of 12 bytes, the
 * encrypted payload as Protobuf has it, and the tag of 16 bytes. As there, no additional data is authenticated: where a
 * payload belongs is not known to a codec endpoint, and who may write to the namespace may send unencrypted ones anyway.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { defaultPayloadConverter, type DataConverter, type Payload, type PayloadCodec } from '@temporalio/common';
// A CommonJS module whose names Node cannot see from an ES module: hence the default import.
import proto from '@temporalio/proto';
import { NO_KEYS, readPayloadKeys, type PayloadKeys } from './payload-keys.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

/** A payload is encrypted and cannot be decrypted here. The message names the key. */
export class PayloadKeyError extends Error {
  override readonly name = 'PayloadKeyError';
}

export class EncryptionCodec implements PayloadCodec {
  /** With it every client and worker of a deployment reads and writes payloads. */
  readonly dataConverter: DataConverter = { payloadCodecs: [this] };
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #encryptsWith: { id: string; key: KeyObject } | null;

  constructor({ keys, encryptsWith }: PayloadKeys) {
    this.#keys = new Map(keys.map(({ id, key }) => [id, createSecretKey(key.reveal(), 'base64')]));
    const key = encryptsWith === null ? undefined : this.#keys.get(encryptsWith);
    this.#encryptsWith = key === undefined || encryptsWith === null ? null : { id: encryptsWith, key };
  }

  get hasKeys(): boolean {
    return this.#keys.size > 0;
  }

  /** Whether what is new is encrypted. */
  get encrypts(): boolean {
    return this.#encryptsWith !== null;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const current = this.#encryptsWith;
    return current === null ? payloads : payloads.map((payload) => encrypt(payload, current));
  }

  /** Rejects with PayloadKeyError: a worker that has not the key must leave the task to one that has. */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.decrypt(payload));
  }

  /** What is not encrypted stays as it is: it is older than the keys, or comes from somebody who has none. */
  decrypt(payload: Payload): Payload {
    return isEncrypted(payload) ? this.#decrypt(payload) : payload;
  }

  /** The value of a payload that no client has read. */
  valueOf(payload: Payload): unknown {
    return defaultPayloadConverter.fromPayload<unknown>(this.decrypt(payload));
  }

  #decrypt({ metadata, data }: Payload): Payload {
    const id = Buffer.from(metadata?.[KEY_ID] ?? []).toString();
    const key = this.#keys.get(id);
    if (key === undefined)
      throw new PayloadKeyError(`a payload is encrypted with the key "${id}", ${this.#notThere()}`);
    try {
      return PayloadMessage.decode(decrypt(data ?? new Uint8Array(), key));
    } catch (error) {
      const why = 'it was changed, or this is another key of that id';
      throw new PayloadKeyError(`a payload that the key "${id}" has encrypted cannot be decrypted: ${why}`, {
        cause: error,
      });
    }
  }

  #notThere(): string {
    const ids = [...this.#keys.keys()].join(', ');
    return ids === '' ? 'and no payload keys are given' : `which is not among the payload keys (${ids})`;
  }
}

/** Of whoever has no keys: encrypts nothing, and says of what is encrypted which key is missing. */
export const UNENCRYPTED = new EncryptionCodec(NO_KEYS);

/**
 * How a client of Temporal's encrypts and reads payloads with these keys, `<id>:<key>` one on each line: those of the engine's
 * `ORDER_SYNC_PAYLOAD_KEYS`. Throws an Error that names the wrong line.
 */
export function encryptedPayloads(keys: string): DataConverter {
  return new EncryptionCodec(readPayloadKeys(keys)).dataConverter;
}

function encrypt(payload: Payload, { id, key }: { id: string; key: KeyObject }): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  const encrypted = [cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()];
  return {
    metadata: { encoding: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(id) },
    data: Buffer.concat([nonce, ...encrypted, cipher.getAuthTag()]),
  };
}

function decrypt(data: Uint8Array, key: KeyObject): Uint8Array {
  const tagAt = data.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, data.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(data.subarray(tagAt));
  return Buffer.concat([decipher.update(data.subarray(NONCE_BYTES, tagAt)), decipher.final()]);
}

function isEncrypted({ metadata }: Payload): boolean {
  const encoding = metadata?.['encoding'];
  return encoding?.length === ENCRYPTED.length && Buffer.from(encoding).toString() === ENCRYPTED;
}
