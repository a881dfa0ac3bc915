/** What the HTTP interface offers, from its OpenAPI document. */
import { EncryptionCodec } from '../../src/encryption/payload-codec.ts';
import { makePayloadKey, readPayloadKeys } from '../../src/encryption/payload-keys.ts';
import { createApp } from '../../src/http/app.ts';
import type { HttpDependencies } from '../../src/http/dependencies.ts';
import { MetricsPage } from '../../src/metrics/metrics-page.ts';
import { createLog } from '../../src/process/log.ts';
import { table } from './table.ts';

interface Operation {
  summary?: string;
  parameters?: { in: string; name: string; required?: boolean }[];
}

export async function httpReference(): Promise<string> {
  // No request is answered: the routes are only described.
  const codec = new EncryptionCodec(readPayloadKeys(makePayloadKey('described')));
  const dependencies = { codec, log: createLog({ level: 'error' }), metrics: new MetricsPage({ version: '' }) };
  const app = await createApp({
    ...(dependencies as unknown as HttpDependencies),
    host: '127.0.0.1',
    tokens: { shared: null, named: null },
    requestsPerMinute: 1,
  });
  try {
    await app.ready();
    const { paths = {} } = app.swagger() as { paths?: Record<string, Record<string, Operation>> };
    const rows = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary = '', parameters = [] }]) => [
        `\`${method.toUpperCase()} ${path}\``,
        summary,
        parameters
          .filter((parameter) => parameter.in === 'query')
          .map(({ name }) => `\`${name}\``)
          .join(', '),
      ]),
    );
    return table(['request', 'what it does', 'query'], rows);
  } finally {
    await app.close();
  }
}
