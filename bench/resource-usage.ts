/** Processor time by part, which shows what a load spends it on, and the memory of a process. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { TestBed } from './test-bed.ts';

/** In milliseconds. `exchangeAndBots` is the benchmark's own process. */
export type ProcessorTimes = Record<'worker' | 'temporal' | 'postgres' | 'exchangeAndBots', number>;

/** Linux counts hundredths of a second, on every machine that this is likely to run on. */
const MS_A_TICK = 10;

/** The processor time of each since its start; null on systems without `/proc`. */
export async function processorTimes({ worker, pids }: TestBed): Promise<ProcessorTimes | null> {
  const names = await readdir('/proc').catch(() => []);
  const processes = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess));
  if (processes.length === 0) return null;
  const total = (fits: (pid: number, parent: number) => boolean): number =>
    processes.reduce((sum, { pid, parent, ms }) => sum + (fits(pid, parent) ? ms : 0), 0);
  return {
    worker: total((pid) => pid === worker.pid),
    // PostgreSQL's connections are processes of their own.
    temporal: total((pid, parent) => pids.temporal.includes(pid) || pids.temporal.includes(parent)),
    postgres: total((pid, parent) => pid === pids.postgres || parent === pids.postgres),
    exchangeAndBots: total((pid) => pid === process.pid),
  };
}

/** The processor time of each per order, between two measurements. */
export function spentOnEach(
  orders: number,
  before: ProcessorTimes | null,
  after: ProcessorTimes | null,
): ProcessorTimes | null {
  if (before === null || after === null) return null;
  const spent = (part: keyof ProcessorTimes): number => Math.round(((after[part] - before[part]) / orders) * 10) / 10;
  return {
    worker: spent('worker'),
    temporal: spent('temporal'),
    postgres: spent('postgres'),
    exchangeAndBots: spent('exchangeAndBots'),
  };
}

/** For the report. A server that was running before is left out. */
export function inWordsOf({ worker, temporal, postgres, exchangeAndBots }: ProcessorTimes): string {
  const parts = [
    ['worker', worker],
    ['Temporal', temporal],
    ['PostgreSQL', postgres],
    ['simulated exchange and bots', exchangeAndBots],
  ] as const;
  const seen = parts.filter(([, ms]) => ms > 0).map(([part, ms]) => `${part} ${ms} ms`);
  return `processor time ${seen.join(', ')}`;
}

/** As measured figures, with their units in the names. */
export function spentMs(spent: ProcessorTimes | null): Record<string, number> {
  if (spent === null) return {};
  return {
    workerProcessorMs: spent.worker,
    temporalProcessorMs: spent.temporal,
    postgresProcessorMs: spent.postgres,
    exchangeAndBotsProcessorMs: spent.exchangeAndBots,
  };
}

/** proc(5): after the name in parentheses come the state, the parent, and the times as the 12th and 13th. */
async function readProcess(pid: string): Promise<{ pid: number; parent: number; ms: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  return { pid: Number(pid), parent: Number(fields[1] ?? 0), ms: ticks * MS_A_TICK };
}

/** The resident memory of a process; rejects if there is no such process. */
export async function residentMib(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) / 1_024;
}
