/** What reveals no order and needs no token: liveness, readiness, metrics and the OpenAPI document. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Logger } from '../../process/log.ts';
import { TIMEOUTS_MS } from '../limits.ts';
import type { App, HttpDependencies, Readiness } from '../dependencies.ts';
import { HttpProblem } from '../problem.ts';
import { problem, problems, words } from '../schemas/common.ts';

const Checks = Type.Record(words(['temporal', 'database', 'feed', 'clocks']), words(['ready', 'not ready']));
const Live = Type.Object({ status: Type.Literal('live') });
const Ready = Type.Object({ status: Type.Literal('ready'), checks: Checks });
const open = { security: [] };

export function healthRoutes(app: App, { readiness, log, metrics }: HttpDependencies): void {
  const live = { operationId: 'isLive', summary: 'Liveness', response: { 200: Live, ...problems() }, ...open };
  app.get('/healthz', { schema: live }, async () => ({ status: 'live' as const }));

  const ready = {
    operationId: 'isReady',
    summary: 'Readiness: Temporal, the database, the feed of the exchange, and clocks that agree',
    response: { 200: Ready, ...problems(), 503: problem('Something is not ready') },
    ...open,
  };
  app.get('/readyz', { schema: ready }, async () => {
    const checks = await checkAll(readiness, log);
    const missing = Object.keys(checks).filter((part) => checks[part] === 'not ready');
    if (missing.length > 0)
      throw new HttpProblem('not-ready', `not ready: ${missing.join(', ')}`, { members: { checks } });
    return { status: 'ready' as const, checks };
  });

  const scrape = {
    operationId: 'getMetrics',
    summary: 'Metrics, as Prometheus reads them',
    response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } }, ...problems() },
    ...open,
  };
  app.get('/metrics', { schema: scrape }, async (_request, reply) => {
    const text = await metrics.text();
    return reply.type(metrics.contentType).serializer(String).send(text);
  });

  const document = {
    operationId: 'getDescription',
    summary: 'This description',
    response: { 200: Type.Record(Type.String(), Type.Unknown()), ...problems() },
    ...open,
  };
  app.get('/openapi.json', { schema: document }, async () => ({ ...app.swagger() }));
}

/** Why something is not ready is in the log only, because anybody may ask here. */
async function checkAll(readiness: Readiness, log: Logger): Promise<Record<string, 'ready' | 'not ready'>> {
  const checks = Object.entries({
    temporal: () => readiness.temporal(),
    database: () => readiness.database(),
    feed: () => readiness.feed(),
    clocks: () => readiness.clocks(),
  }).map(async ([part, probe]) => {
    try {
      await Promise.race([probe(), tooLate()]);
      return [part, 'ready'] as const;
    } catch (error) {
      log.warn('not ready', { part, error });
      return [part, 'not ready'] as const;
    }
  });
  return Object.fromEntries(await Promise.all(checks));
}

async function tooLate(): Promise<never> {
  await sleep(TIMEOUTS_MS.probe, undefined, { ref: false });
  throw new Error(`no answer within ${TIMEOUTS_MS.probe} ms`);
}
