/** The codec endpoint of Temporal's UI and command line, where payloads are encrypted. */
import { Type } from 'typebox';
import { decodeJson, encodeJson } from '../../encryption/remote-codec.ts';
import { needs } from '../access/roles.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { problems } from '../schemas/common.ts';

/** Temporal's limit on one payload is 2 MiB, of which Base64 makes a third more. */
const BODY_LIMIT_BYTES = 4 * 1_024 * 1_024;

/** Temporal's payloads, in Protobuf's JSON. */
const Bytes = Type.String({ pattern: '^[A-Za-z0-9+/_-]*={0,2}$', description: 'Base64' });
const Payload = Type.Object({
  metadata: Type.Optional(Type.Record(Type.String(), Bytes)),
  data: Type.Optional(Bytes),
});
const Payloads = Type.Object({ payloads: Type.Array(Payload, { maxItems: 10_000 }) });

export function codecRoutes(app: App, { codec }: Pick<HttpDependencies, 'codec'>): void {
  if (codec === null) return;
  const schema = {
    ...needs('read'),
    body: Payloads,
    response: { 200: Payloads, ...problems(400, 413, 415) },
  };
  const decode = { operationId: 'decodePayloads', summary: "Decrypts payloads, for Temporal's UI and command line" };
  app.post('/codec/decode', { schema: { ...schema, ...decode }, bodyLimit: BODY_LIMIT_BYTES }, async ({ body }) => ({
    payloads: decodeJson(body.payloads, codec),
  }));
  const encode = { operationId: 'encodePayloads', summary: "Encrypts payloads, for Temporal's UI and command line" };
  app.post('/codec/encode', { schema: { ...schema, ...encode }, bodyLimit: BODY_LIMIT_BYTES }, async ({ body }) => ({
    payloads: await encodeJson(body.payloads, codec),
  }));
}
