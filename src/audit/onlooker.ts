/** Looks on while a history is replayed: what the order's workflow had written, and what it was answered. Runs inside of the workflow. */
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

/** A database step that was answered, at the workflow's own time. */
export interface WrittenStep {
  at: string;
  activity: string;
  input: unknown;
  /** The row as the step left it, for all but an opening. */
  result: unknown;
}

export interface OnlookerSinks extends Sinks {
  audit: { written(step: WrittenStep): void };
}

const { audit } = proxySinks<OnlookerSinks>();

export function interceptors(): WorkflowInterceptors {
  return {
    outbound: [
      {
        scheduleLocalActivity(input, next) {
          const answer = next(input);
          const { activityType: activity, args } = input;
          // Beside the workflow's own handlers, so that it goes on just as it does without us.
          answer.then(
            (result) => audit.written({ at: new Date().toISOString(), activity, input: args[0], result }),
            () => undefined,
          );
          return answer;
        },
      },
    ],
  };
}
