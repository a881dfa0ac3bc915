/** The distribution of many waiting times. */
export interface Waits {
  count: number;
  meanMs: number;
  medianMs: number;
  p99Ms: number;
  worstMs: number;
}

export function waitsOf(waitsMs: readonly number[]): Waits {
  const sorted = waitsMs.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  const sum = sorted.reduce((total, wait) => total + wait, 0);
  return {
    count: sorted.length,
    meanMs: sorted.length === 0 ? 0 : Math.round(sum / sorted.length),
    medianMs: at(0.5),
    p99Ms: at(0.99),
    worstMs: sorted.at(-1) ?? 0,
  };
}
