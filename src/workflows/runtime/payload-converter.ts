/**
 * How payloads are read inside the workflows. Temporal's own converter throws on bytes that are not what their encoding
 * says, and so does the workflow task, for ever: one mistyped signal from the UI would stop an order for good.
 */
import {
  defaultPayloadConverter,
  type ConverterHint,
  type Payload,
  type PayloadConverter,
  type SerializationContext,
} from '@temporalio/common';

/** As Temporal's own, but what somebody sends and cannot be read comes through as the text of its bytes. */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload<T>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<T>): T {
    try {
      return defaultPayloadConverter.fromPayload(payload, context, hint);
    } catch (error) {
      // What an activity of ours answered is never mistyped: not to be able to read that is a defect.
      if (context?.type === 'activity') throw error;
      return textOf(payload) as T;
    }
  },
};

function textOf({ data }: Payload): string {
  // Absent bytes come as an empty array that is no Uint8Array, which a TextDecoder refuses.
  return data?.length ? new TextDecoder().decode(data) : '';
}
