/** The memory of the workers over time: sampled, summarised by the minute, and plotted. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { curve, frame, HEIGHT, horizontalLine, legend, PLOT, verticalLine, WIDTH } from '../plot-frame.ts';
import { residentMib } from '../resource-usage.ts';
import type { WorkerProcess } from '../worker-process.ts';

export interface MemorySample {
  /** Since the start of the run. */
  second: number;
  mib: number;
}

/** Of each worker. */
export type Memory = MemorySample[][];

const SAMPLE_EVERY_MS = 1_000;
const LINES_MIB = 100;

/** Samples each running worker once a second, until `stop`. */
export async function sampleMemory(
  workers: readonly WorkerProcess[],
  memory: Memory,
  stop: AbortSignal,
): Promise<void> {
  const startedMs = Date.now();
  while (!stop.aborted) {
    for (const [index, { pid }] of workers.entries()) {
      const mib = pid === null ? 0 : await residentMib(pid).catch(() => 0);
      if (mib > 0) memory[index]?.push({ second: (Date.now() - startedMs) / 1_000, mib });
    }
    await sleep(SAMPLE_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** The maximum of each minute. */
export function maxByMinute(samples: readonly MemorySample[]): number[] {
  const minutes = Map.groupBy(samples, ({ second }) => Math.floor(second / 60));
  return [...minutes.values()].map((ofMinute) => Math.round(Math.max(...ofMinute.map(({ mib }) => mib))));
}

/** `names` are those of the workers, in the same order. */
export async function writeMemoryPlot(
  file: string,
  memory: Memory,
  title: string,
  names: readonly string[],
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, memoryPlot(memory, title, names));
}

function memoryPlot(memory: Memory, title: string, names: readonly string[]): string {
  const all = memory.flat();
  const lastSecond = Math.max(60, ...all.map(({ second }) => second));
  const maxMib = Math.ceil(Math.max(1, ...all.map(({ mib }) => mib)) / LINES_MIB) * LINES_MIB;
  const x = (second: number): number => PLOT.left + (second / lastSecond) * (WIDTH - PLOT.left - PLOT.right);
  const y = (mib: number): number => HEIGHT - PLOT.bottom - (mib / maxMib) * (HEIGHT - PLOT.top - PLOT.bottom);
  const minutesALine = Math.max(1, Math.round(lastSecond / 600));
  const lines = (count: number): number[] => Array.from({ length: count + 1 }, (_, index) => index);
  return frame({ title, axis: 'minutes' }, [
    ...lines(maxMib / LINES_MIB).map((line) => horizontalLine(y(line * LINES_MIB), `${line * LINES_MIB}`)),
    ...lines(Math.floor(lastSecond / 60 / minutesALine)).map((line) =>
      verticalLine(x(line * minutesALine * 60), String(line * minutesALine)),
    ),
    ...memory.map((samples, index) =>
      curve(
        samples.map(({ second, mib }) => [x(second), y(mib)]),
        index,
      ),
    ),
    ...names.map((name, index) => legend(name, index)),
  ]);
}
