/** How far the clocks are apart: windows, tokens and the matching of orders compare times of different clocks. */
import { examine, fail, ok, warn, type Finding } from './finding.ts';

/** An answer takes its time; less than this harms nothing. */
const WARN_MS = 1_000;
/** Coinbase's tokens are valid from our time on, so that it refuses those of a clock ahead of its own. */
const FAIL_MS = 10_000;

const REMEDY = 'set the clocks by NTP, on this machine and there';

/** `ask` answers what the other clock showed at some moment between its call and its end. */
export function examineClock(whose: string, ask: (limit: AbortSignal) => Promise<string>): Promise<Finding> {
  const check = `clock of ${whose}`;
  return examine(check, `see what is said of ${whose}`, async (limit) => {
    const askedMs = Date.now();
    const shownMs = Date.parse(await ask(limit));
    return judge(check, { askedMs, shownMs, answeredMs: Date.now() });
  });
}

/** Unix milliseconds: ours, the other clock's, and ours again. */
export function judge(check: string, times: { askedMs: number; shownMs: number; answeredMs: number }): Finding {
  const { askedMs, shownMs, answeredMs } = times;
  const aheadMs = Math.max(shownMs - answeredMs, 0);
  const behindMs = Math.max(askedMs - shownMs, 0);
  const apartMs = Math.max(aheadMs, behindMs);
  if (apartMs < WARN_MS) return ok(check, 'agrees with ours within a second');
  const says = `is ${(apartMs / 1_000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`;
  return apartMs < FAIL_MS ? warn(check, says, REMEDY) : fail(check, says, REMEDY);
}
