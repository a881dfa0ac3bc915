/** A history in Temporal's JSON, as it would be had nothing in it been encrypted. */
import { JSONToPayload, payloadToJSON, type JSONPayload } from '@temporalio/common/lib/proto-utils.js';
import { isRecord } from '../domain/field-error.ts';
import { messageOf } from '../domain/message-of.ts';
import { ENCRYPTED, type EncryptionCodec } from './payload-codec.ts';

const ENCODING = Buffer.from(ENCRYPTED).toString('base64');

export interface OpenHistory {
  history: Uint8Array;
  /** Why some of it is still encrypted; null where nothing is. */
  sealed: string | null;
}

/** Answers the same bytes where nothing is encrypted, or where they are no JSON. */
export function openHistory(json: Uint8Array, codec: EncryptionCodec): OpenHistory {
  if (!Buffer.from(json.buffer, json.byteOffset, json.length).includes(`"${ENCODING}"`))
    return { history: json, sealed: null };
  let sealed: string | null = null;
  const open = (payload: JSONPayload): JSONPayload => {
    try {
      return payloadToJSON(codec.decrypt(JSONToPayload(payload)));
    } catch (error) {
      sealed ??= messageOf(error);
      return payload;
    }
  };
  try {
    // What is within a value comes before it.
    const history: unknown = JSON.parse(Buffer.from(json).toString('utf8'), (_name, value: unknown) => {
      if (isEncrypted(value)) return open(value);
      return isFailure(value) ? withOwnMessage(value) : value;
    });
    return { history: Buffer.from(JSON.stringify(history, null, 2)), sealed };
  } catch {
    return { history: json, sealed };
  }
}

function isEncrypted(value: unknown): value is JSONPayload {
  return isRecord(value) && isRecord(value['metadata']) && value['metadata']['encoding'] === ENCODING;
}

interface Failure {
  encodedAttributes: JSONPayload;
}

function isFailure(value: unknown): value is Failure {
  return isRecord(value) && isRecord(value['encodedAttributes']) && !isEncrypted(value['encodedAttributes']);
}

/** A worker that encrypts puts a failure's message and stack into a payload. */
function withOwnMessage({ encodedAttributes, ...others }: Failure): object {
  const text = Buffer.from(encodedAttributes.data ?? '', 'base64').toString('utf8');
  const { message, stack_trace: stackTrace } = JSON.parse(text) as Record<string, unknown>;
  return { ...others, message, stackTrace };
}
