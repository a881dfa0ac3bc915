/** The requests to the exchange, and the budget that they come from. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { EXCHANGE_ENDPOINTS, EXCHANGE_ERROR_KINDS, type RequestEnd, type RequestPriority } from '../ports/exchange.ts';

const OUTCOMES: readonly RequestEnd['outcome'][] = ['answered', ...EXCHANGE_ERROR_KINDS, 'aborted'];

/** Called for each request that has ended. */
export function observeRequests(registry: Registry): (end: RequestEnd) => void {
  const requests = new Counter({
    name: 'order_sync_exchange_requests_total',
    help: 'Requests to the exchange, by endpoint and outcome',
    labelNames: ['endpoint', 'outcome'],
    registers: [registry],
  });
  for (const endpoint of EXCHANGE_ENDPOINTS) for (const outcome of OUTCOMES) requests.inc({ endpoint, outcome }, 0);
  const durations = new Histogram({
    name: 'order_sync_exchange_request_duration_seconds',
    help: "From a request's place in the budget to its whole answer, by endpoint",
    labelNames: ['endpoint'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return ({ endpoint, outcome, seconds }) => {
    requests.inc({ endpoint, outcome });
    durations.observe({ endpoint }, seconds);
  };
}

/** What is read of this process's part of the budget. */
export interface BudgetView {
  readonly limit: number;
  readonly taken: number;
  readonly pausedForMs: number;
  readonly waitingByPriority: Readonly<Record<RequestPriority, number>>;
}

export function observeBudget(budget: BudgetView, registry: Registry): void {
  gauge(
    registry,
    'limit',
    "This process's share of the requests a second that the exchange allows",
    () => budget.limit,
  );
  gauge(
    registry,
    'in_use',
    'Requests about to go out, without an answer, or answered within the last second',
    () => budget.taken,
  );
  gauge(
    registry,
    'paused_seconds',
    'How long requests are still paused because the exchange answered 429',
    () => Math.ceil(budget.pausedForMs) / 1_000,
  );
  const waiting = new Gauge({
    name: 'order_sync_request_budget_waiting',
    help: 'Requests that wait for a place in the budget, by class',
    labelNames: ['class'],
    registers: [],
    collect() {
      for (const [priority, count] of Object.entries(budget.waitingByPriority)) this.set({ class: priority }, count);
    },
  });
  registry.registerMetric(waiting);
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const metric = new Gauge({
    name: `order_sync_request_budget_${name}`,
    help,
    registers: [],
    collect() {
      this.set(read());
    },
  });
  registry.registerMetric(metric);
}
