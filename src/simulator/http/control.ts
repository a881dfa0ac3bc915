/** The control interface under /simulator, for tests in other processes and for people. It needs no key; the server is on loopback. */
import type { FastifyInstance } from 'fastify';

import { InvalidArgument, NotFound, OrderRefused } from '../core/errors.ts';
import type { Ledger } from '../core/ledger.ts';
import { readNewOrder } from '../core/new-order.ts';
import type { OrderAction, OrderPlan } from '../core/plan.ts';
import { readPlanTarget } from '../core/plan.ts';
import type { CommonMatch } from '../faults/match.ts';
import type { RuleBook } from '../faults/rule-book.ts';
import { Reader } from '../reader.ts';
import type { Scenario, ScenarioTarget } from '../scenario.ts';
import { play } from '../scenario.ts';
import { readLimits, setLimits } from './limits.ts';

export interface Controlled extends ScenarioTarget {
  ledger: Ledger;
}

/**
 * `GET /ledger`, `GET /orders/{either id}`; `POST /plans` {clientOrderId | clientOrderIdPrefix, plan}, `DELETE /plans`;
 * `POST /orders` (Coinbase's body and `created_time`): an order that no client placed; `POST /orders/{either id}/actions`;
 * `POST /prices` {productId, price}; `POST /limits` {requestsPerSecond?, openCombines?, maxOpenOrders?};
 * `POST /scenario`: plans, faults and limits at once; `POST`, `GET`, `DELETE /faults`, `DELETE /faults/{id}`, and the
 * same under `/push-faults` for the WebSocket.
 */
export function addControl(server: FastifyInstance, controlled: Controlled): void {
  const { exchange, ledger, faults, pushFaults } = controlled;
  const known = (id: string): object => {
    const order = ledger.order(id) ?? ledger.orderByClientId(id);
    if (!order) throw new NotFound(`no order ${id}`);
    return order;
  };

  void server.register(
    async (scope) => {
      scope.setErrorHandler((error, _request, reply) => reply.code(statusOf(error)).send({ error: messageOf(error) }));

      scope.get('/ledger', () => ledger.toJSON());
      scope.get<OrderPath>('/orders/:id', ({ params }) => known(params.id));
      scope.post('/orders', ({ body }) => {
        const { created_time: createdTime, ...request } = json<Record<string, unknown>>(body);
        const createdAt = createdTime === undefined ? undefined : Date.parse(String(createdTime));
        if (Number.isNaN(createdAt)) throw new InvalidArgument('created_time must be an RFC 3339 time');
        return known(exchange.place(readNewOrder(request), createdAt).order.orderId);
      });
      scope.post<OrderPath>('/orders/:id/actions', ({ params, body }) => {
        const changed = exchange.act(params.id, json<OrderAction>(body));
        return { changed, order: known(params.id) };
      });

      scope.post('/plans', ({ body }) => {
        const { plan, ...target } = json<{ plan: OrderPlan }>(body);
        exchange.setPlan(readPlanTarget(target), plan);
        return {};
      });
      scope.delete('/plans', () => {
        exchange.clearPlans();
        return {};
      });

      scope.post('/prices', ({ body }) => {
        const price = new Reader(json(body), 'body', ['productId', 'price']);
        exchange.setPrice(price.text('productId'), price.decimal('price'));
        return {};
      });
      scope.post('/limits', ({ body }) => {
        setLimits(controlled, readLimits(json(body), 'body'));
        return {};
      });
      scope.post('/scenario', ({ body }) => {
        play(controlled, json<Scenario>(body));
        return {};
      });

      addRules(scope, '/faults', faults);
      addRules(scope, '/push-faults', pushFaults);
    },
    { prefix: '/simulator' },
  );
}

function addRules<Rule extends { match: CommonMatch }>(
  scope: FastifyInstance,
  path: string,
  rules: RuleBook<Rule>,
): void {
  scope.post(path, ({ body }) => ({ id: rules.add(json<Rule>(body)) }));
  scope.get(path, () => rules.list());
  scope.delete(path, () => {
    rules.clear();
    return {};
  });
  scope.delete<OrderPath>(`${path}/:id`, ({ params }) => {
    rules.remove(params.id);
    return {};
  });
}

interface OrderPath {
  Params: { id: string };
}

/** The type is not checked here: the receiver reads the value field by field. */
function json<Shape>(body: unknown): Shape {
  try {
    return JSON.parse(String(body)) as Shape;
  } catch {
    throw new InvalidArgument('the body must be JSON');
  }
}

function statusOf(error: unknown): number {
  if (error instanceof InvalidArgument || error instanceof OrderRefused) return 400;
  return error instanceof NotFound ? 404 : 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
