/** Temporal's payloads, in Protobuf's JSON. */
import { Type } from 'typebox';

const Bytes = Type.String({ pattern: '^[A-Za-z0-9+/_-]*={0,2}$', description: 'Base64' });

const Payload = Type.Object({
  metadata: Type.Optional(Type.Record(Type.String(), Bytes)),
  data: Type.Optional(Bytes),
});

export const Payloads = Type.Object({ payloads: Type.Array(Payload, { maxItems: 10_000 }) });
