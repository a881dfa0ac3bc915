/** A limit on everything that a caller can make us do. */
import rateLimit from '@fastify/rate-limit';
import type { App } from './dependencies.ts';
import type { Guard } from './access/guard.ts';
import { roleRefusal } from './access/roles.ts';
import { HttpProblem } from './problem.ts';

export const BODY_LIMIT_BYTES = 64 * 1024;

/** A bot that polls `can-trade` twice a second uses 120; 50 such bots on one machine use the limit. */
export const REQUESTS_PER_MINUTE = 6_000;

/** Those before `answer` leave time to say why there is none. */
export const TIMEOUTS_MS = {
  /** For the request to arrive as a whole. */
  arrival: 10_000,
  /** For Temporal to accept a command. */
  command: 10_000,
  /** For an answer of the exchange: one request of ours to it takes 7 s at most. */
  exchange: 13_000,
  probe: 2_000,
  /** No answer takes longer. */
  answer: 15_000,
  /** For the answers under way when the interface closes; the worker's own end takes up to 7 s after that. */
  close: 2_500,
};

/**
 * Counts everything that a client asks, unknown paths and wrong tokens too, before it is answered: each named token by
 * itself, other callers by their address (with IPv6 a /64 network). Who may not ask is counted apart: behind a proxy all
 * share one address, and an outsider must not use up what the bots may ask.
 */
export async function limitRates(app: App, requestsPerMinute: number, guard: Guard): Promise<void> {
  await app.register(rateLimit, { global: false });
  const options = { max: requestsPerMinute, timeWindow: 60_000 };
  const [countKnown, countUnknown] = [app.createRateLimit(options), app.createRateLimit(options)];
  const countToken = app.createRateLimit({ ...options, keyGenerator: ({ caller }) => caller?.tokenName ?? '' });
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    const { caller, refusal } = guard(request);
    request.caller = caller;
    const count = caller === null ? countUnknown : caller.tokenName === null ? countKnown : countToken;
    const limit = await count(request);
    if (!limit.isAllowed && limit.isExceeded) {
      throw new HttpProblem('too-many-requests', `more than ${requestsPerMinute} requests in a minute`, {
        headers: { 'retry-after': String(limit.ttlInSeconds) },
      });
    }
    const problem = refusal ?? roleRefusal(request);
    if (problem !== null) throw problem;
  });
}

/**
 * Answers in time, whatever the handler waits for; what it does continues. Fastify's own `handlerTimeout` forgets a
 * request with a body as soon as the body has come (fastify 5.12: it takes Node's event `close` for the end of the
 * connection). Must come before the routes.
 */
export function limitAnswerTimes(app: App): void {
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = async function inTime(request, reply) {
      const answer = Promise.resolve(handler.call(this, request, reply));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        const detail = `no answer within ${TIMEOUTS_MS.answer} ms; the request may still be carried out`;
        timer = setTimeout(() => reject(new HttpProblem('no-answer-in-time', detail)), TIMEOUTS_MS.answer);
      });
      return Promise.race([answer, late]).finally(() => clearTimeout(timer));
    };
  });
}
