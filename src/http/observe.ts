/** What operators see of the requests: one log line each, and the metrics. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Logger } from '../process/log.ts';

/** Logs the route and never the path, the headers or the body. */
export function observeRequests(app: FastifyInstance, log: Logger, registry: Registry): void {
  const requests = new Counter({
    name: 'order_sync_http_requests_total',
    help: 'HTTP requests by method, route and status',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'order_sync_http_request_duration_seconds',
    help: 'Time until the answer was sent, by route',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = routeOf(request);
    requests.inc({ method: request.method, route, status: reply.statusCode });
    durations.observe({ route }, reply.elapsedTime / 1_000);
    logRequest(log, request, reply);
  });
}

function logRequest(log: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const route = routeOf(request);
  const level = reply.statusCode >= 500 ? 'warn' : 'debug';
  const { method, id: requestId } = request;
  log[level]('http request', { method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime), requestId });
}

/** The pattern, so that no id becomes a label. */
function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url ?? 'unmatched';
}
