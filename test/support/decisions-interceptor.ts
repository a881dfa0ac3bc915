/** Reports every decision of a workflow, in replay too: what it starts, with which input and bounds, and how it ends. */
import type { Trade } from '../../src/domain/order/trade.ts';
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

/** One decision as plain JSON, at the workflow's own time. */
export interface Decision {
  at: string;
  /** `activity`, `local activity`, `timer`, `row`, `continue as new`, `return` or `throw`. */
  does: string;
  what: unknown;
  bounds?: unknown;
}

export interface DecisionSinks extends Sinks {
  decisions: { made(decision: Decision): void };
}

const { decisions } = proxySinks<DecisionSinks>();

function made(does: string, what: unknown, bounds?: unknown): void {
  decisions.made({ at: new Date().toISOString(), does, what, ...(bounds === undefined ? {} : { bounds }) });
}

/** Reports the row that an activity answers, beside the workflow's own handlers, so that it goes on just as without. */
function withRow(answer: Promise<unknown>): Promise<unknown> {
  answer.then(
    (result) => {
      const { trade, status, orderId } = (result ?? {}) as Partial<Trade> & { trade?: Trade };
      const row = trade ?? (status === undefined ? null : { status, orderId });
      if (row) made('row', { status: row.status, orderId: row.orderId });
    },
    () => undefined,
  );
  return answer;
}

/** The summary is for people, and decides nothing. */
function boundsOf({ summary: _summary, ...bounds }: { summary?: string }): unknown {
  return bounds;
}

export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        async execute(input, next) {
          try {
            const result = await next(input);
            made('return', result);
            return result;
          } catch (error) {
            made('throw', error instanceof Error ? { name: error.name, message: error.message } : error);
            throw error;
          }
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          made('activity', { [input.activityType]: input.args }, boundsOf(input.options));
          return withRow(next(input));
        },
        scheduleLocalActivity(input, next) {
          made('local activity', { [input.activityType]: input.args }, boundsOf(input.options));
          return withRow(next(input));
        },
        startTimer(input, next) {
          made('timer', input.durationMs);
          return next(input);
        },
      },
    ],
  };
}
