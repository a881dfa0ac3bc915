/** What was done one after the other, with how long each took and what came of it. */
import type { Paint } from '../output.ts';
import { plain } from '../text-table.ts';

export interface Step {
  step: string;
  ok: boolean;
  ms: number;
  /** What came of it, or why it failed. */
  says: string;
}

export class Steps {
  readonly taken: Step[] = [];
  readonly #onTaken: (step: Step) => void;

  constructor(onTaken: (step: Step) => void) {
    this.#onTaken = onTaken;
  }

  /** Answers what `work` answers, and throws what it throws. */
  async take<Result>(step: string, work: () => Promise<Result>, says: (result: Result) => string): Promise<Result> {
    const startedMs = performance.now();
    const note = (ok: boolean, words: string): void => {
      const taken = { step, ok, ms: Math.round(performance.now() - startedMs), says: words };
      this.taken.push(taken);
      this.#onTaken(taken);
    };
    try {
      const result = await work();
      note(true, says(result));
      return result;
    } catch (error) {
      note(false, wordsOf(error));
      throw error;
    }
  }
}

/** In columns, though the next steps are not known yet. */
export function stepLine({ step, ok, ms, says }: Step, paint: Paint): string {
  const outcome = ok ? paint.green('ok  ') : paint.red('fail');
  return `${outcome}  ${step.padEnd(9)}  ${`${ms} ms`.padStart(8)}  ${plain(says)}`;
}

function wordsOf(error: unknown): string {
  const { name, message } = Object(error) as { name?: unknown; message?: unknown };
  if (name === 'AbortError') return 'interrupted';
  return typeof message === 'string' ? message : String(error);
}
