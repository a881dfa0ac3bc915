/** Looks on while a history is replayed: what the order's workflow had done, and what it was answered. Runs inside of the workflow. */
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

/** An activity that was answered, at the workflow's own time. */
export interface AnsweredStep {
  at: string;
  activity: string;
  input: unknown;
  result: unknown;
}

export interface OnlookerSinks extends Sinks {
  audit: { answered(step: AnsweredStep): void };
}

const { audit } = proxySinks<OnlookerSinks>();

export function interceptors(): WorkflowInterceptors {
  return {
    outbound: [
      {
        scheduleActivity: (input, next) => watched(input, next(input)),
        scheduleLocalActivity: (input, next) => watched(input, next(input)),
      },
    ],
  };
}

/** Beside the workflow's own handlers, so that it goes on just as it does without us. */
function watched(
  { activityType: activity, args }: { activityType: string; args: unknown[] },
  answer: Promise<unknown>,
): Promise<unknown> {
  answer.then(
    (result) => audit.answered({ at: new Date().toISOString(), activity, input: args[0], result }),
    () => undefined,
  );
  return answer;
}
