/** Looks on while a history is replayed: what the order's workflow had done, what it was answered, and what it was told. Runs inside of the workflow. */
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';
import { isRecord } from '../domain/field-error.ts';

/** An activity that was answered, at the workflow's own time. */
export interface AnsweredStep {
  at: string;
  activity: string;
  input: unknown;
  result: unknown;
}

export interface OnlookerSinks extends Sinks {
  audit: {
    answered(step: AnsweredStep): void;
    asked(what: { activity: string; activityId: string }): void;
    /** A signal, by the change key in it, if there is one. */
    told(changeKey: unknown): void;
  };
}

const { audit } = proxySinks<OnlookerSinks>();

export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        handleSignal(input, next) {
          const [argument] = input.args;
          if (isRecord(argument)) audit.told(argument['changeKey']);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          audit.asked({ activity: input.activityType, activityId: input.options.activityId ?? String(input.seq) });
          return watched(input, next(input));
        },
        scheduleLocalActivity(input, next) {
          audit.asked({ activity: input.activityType, activityId: String(input.seq) });
          return watched(input, next(input));
        },
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
