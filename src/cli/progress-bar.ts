/** How far a long command has come: one line below its output, on a terminal only. */
import type { Output } from './output.ts';

const WIDTH = 30;

export interface ProgressBar {
  /** One more is done. */
  add(hasFailed: boolean): void;
  end(): void;
}

export function progressBar(total: number, output: Output): ProgressBar {
  let done = 0;
  let failed = 0;
  const draw = (): void => {
    const filled = Math.floor((done / total) * WIDTH);
    const failures = failed === 0 ? '' : output.paint.red(`, ${failed} not done`);
    output.foot(`${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done} of ${total}${failures}`);
  };
  draw();
  return {
    add(hasFailed) {
      done += 1;
      if (hasFailed) failed += 1;
      draw();
    },
    end: () => output.foot(null),
  };
}
