/** The interface as one fastify application: what happens to every request, and the routes. */
import { randomUUID } from 'node:crypto';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { readJsonBodies } from './body.ts';
import { createGuard, pathOf, PUBLIC_PATHS, type Tokens } from './access/guard.ts';
import { rolesOf } from './access/roles.ts';
import { allowUi, askedByUi } from './access/ui-origin.ts';
import { BODY_LIMIT_BYTES, limitAnswerTimes, limitRates, TIMEOUTS_MS } from './limits.ts';
import { answerUnmatched } from './unmatched.ts';
import { observeRequests } from './observe.ts';
import { describeRoutes } from './openapi.ts';
import type { App, HttpDependencies } from './dependencies.ts';
import { statusPage } from './page/routes.ts';
import { HttpProblem, PROBLEM_TYPE, rawAnswer } from './problem.ts';
import { problemOf } from './problem-of.ts';
import { codecRoutes } from './routes/codec.ts';
import { canTradeRoute, listRoutes } from './routes/lists.ts';
import { manyOrdersRoutes } from './routes/many-orders.ts';
import { cancelRoute, resolveRoute, syncRoute } from './routes/operator-commands.ts';
import { eventsRoute } from './routes/events.ts';
import { haltRoutes } from './routes/halts.ts';
import { healthRoutes } from './routes/health.ts';
import { orderRoute, placeRoute } from './routes/orders.ts';
import { compileValidator } from './validation.ts';

export interface AppOptions extends HttpDependencies {
  host: string;
  tokens: Tokens;
  requestsPerMinute: number;
}

/** For data and parts of the page: a browser that opens one directly must not run anything in it. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

export async function createApp(options: AppOptions): Promise<App> {
  const { host, tokens, requestsPerMinute, log, metrics, uiOrigin } = options;
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: TIMEOUTS_MS.arrival,
    keepAliveTimeout: 60_000,
    // While it closes, what is under way is answered as ever.
    return503OnClosing: false,
    // Longer than any id can be, with each of its characters in percent-encoding, so that the schema refuses it.
    routerOptions: { maxParamLength: 4_096 },
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    frameworkErrors: (error, request, reply) => {
      answerProblem(problemOf(error), request, reply);
    },
    clientErrorHandler(error, socket) {
      if (socket.writable) socket.write(rawAnswer(noRequest(error)));
      socket.destroy();
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(() => (body) => JSON.stringify(body));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
  });
  observeRequests(app, log, metrics.registry);
  const isOfUi = askedByUi(uiOrigin);
  allowUi(app, isOfUi);
  await limitRates(app, requestsPerMinute, createGuard(host, tokens, isOfUi));
  requireRoles(app);
  readJsonBodies(app);
  // A body that may be left out counts as an empty one.
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined) request.body = {};
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.code === 'internal-error') log.error('request failed', { requestId: request.id, error });
    return answerProblem(problem, request, reply);
  });
  limitAnswerTimes(app);
  endConnectionsInTheEnd(app);
  answerUnmatched(app);

  await describeRoutes(app, tokens.shared !== null || tokens.named !== null);
  healthRoutes(app, options);
  placeRoute(app, options);
  orderRoute(app, options);
  cancelRoute(app, options);
  resolveRoute(app, options);
  syncRoute(app, options);
  manyOrdersRoutes(app, options);
  listRoutes(app, options);
  canTradeRoute(app, options);
  eventsRoute(app, options);
  haltRoutes(app, options);
  codecRoutes(app, options);
  await statusPage(app, options);
  return app;
}

/** A route that was given no role would be open to the bearer of any token. */
function requireRoles(app: App): void {
  app.addHook('onRoute', ({ url, schema }) => {
    const isOpen = rolesOf(schema).length === 0;
    if (isOpen && !PUBLIC_PATHS.includes(url)) throw new Error(`the route ${url} does not say which role it needs`);
  });
}

/** The connection of an answer that was under way when the interface closed would stay open for another request. */
function endConnectionsInTheEnd(app: App): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}

function answerProblem(problem: HttpProblem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const later = problem.status === 503 ? { 'retry-after': '2' } : {};
  return reply
    .code(problem.status)
    .headers({ ...SECURITY_HEADERS, ...later, ...problem.details.headers })
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(problem.body(pathOf(request)));
}

/** What Node's parser could not read as a request. */
function noRequest({ code }: NodeJS.ErrnoException): HttpProblem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpProblem('request-timeout', `the request did not arrive within ${TIMEOUTS_MS.arrival} ms`);
    case 'HPE_HEADER_OVERFLOW':
      return new HttpProblem('headers-too-large', 'the headers are too large');
    default:
      return new HttpProblem('invalid-request', 'this is not an HTTP request');
  }
}
