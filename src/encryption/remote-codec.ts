/** Payloads as Temporal's UI and command line send them to a codec endpoint: in Protobuf's JSON. */
import { JSONToPayload, payloadToJSON } from '@temporalio/common/lib/proto-utils.js';
import { PayloadKeyError, type EncryptionCodec } from './payload-codec.ts';

/** Its bytes in Base64. */
export interface JsonPayload {
  metadata?: Record<string, string>;
  data?: string;
}

/** What cannot be decrypted stays as it is: then the others are seen, and of it the id of its key. */
export function decodeJson(payloads: readonly JsonPayload[], codec: EncryptionCodec): JsonPayload[] {
  return payloads.map((payload) => {
    try {
      return payloadToJSON(codec.decrypt(JSONToPayload(payload))) as JsonPayload;
    } catch (error) {
      if (error instanceof PayloadKeyError) return payload;
      throw error;
    }
  });
}

export async function encodeJson(payloads: readonly JsonPayload[], codec: EncryptionCodec): Promise<JsonPayload[]> {
  return (await codec.encode(payloads.map((payload) => JSONToPayload(payload)))).map(
    (payload) => payloadToJSON(payload) as JsonPayload,
  );
}
