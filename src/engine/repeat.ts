/** What an engine does again and again beside the orders, for as long as it runs. */
import { setTimeout as sleep } from 'node:timers/promises';

/** `work` must not reject. The pause follows it; the signal is aborted when no more of it is wanted. */
export function repeat(
  { pauseMs }: { pauseMs: number },
  work: (stop: AbortSignal) => Promise<void>,
): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const keepWorking = async (): Promise<void> => {
    while (!signal.aborted) {
      await work(signal);
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };
  const running = keepWorking();
  return () => {
    stop.abort();
    return running;
  };
}
