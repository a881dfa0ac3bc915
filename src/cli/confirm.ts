/** A yes-or-no question at the terminal. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Anything but yes is a no: the end of the input and Ctrl-C, too. */
export function askAt(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  stop: AbortSignal,
): (question: string) => Promise<boolean> {
  return async (question) => {
    // Not as a terminal: readline would take Ctrl-C for itself.
    const lines = createInterface({ input, output, terminal: false });
    try {
      const ended = once(lines, 'close').then(() => '');
      const typed = lines.question(`${question} [y/N] `, { signal: stop }).catch(() => '');
      const answer = await Promise.race([typed, ended]);
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      lines.close();
    }
  };
}
