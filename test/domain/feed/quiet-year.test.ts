import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../src/domain/order/decide.ts';
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import { isEnded, type Trade } from '../../../src/domain/order/trade.ts';
import { at, ended, shown, SimulatedFeed } from './simulated-feed.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 300_000;
const DAY_MS = 86_400_000;
const POLICY = { ...DEFAULT_POLICY, monitorIntervalMs: STEP_MS, monitorForMs: HOUR_MS };

/** What the exchange shows of the order on a day: a tenth more filled every 30 days, all of it on the last one. */
function shownOn(day: number) {
  if (day >= 365) return shown('a', 'FILLED', '2');
  return shown('a', 'OPEN', (Math.floor(day / 30) / 10).toString());
}

/** Every second week another worker takes the feed over; on the hundredth day the exchange answers nothing for two hours. */
function liveAYear(): { events: string[]; polls: number; row: Trade } {
  let row = ended('a', {
    policy: POLICY,
    status: 'pending',
    filledSize: '0',
    filledAt: null,
    fillDetectedAt: null,
    endedAt: null,
    detectedBy: null,
    exchangeStatus: 'OPEN',
    monitoredSince: at(0),
  });
  let feed = new SimulatedFeed();
  const events: string[] = [];
  let polls = 0;
  for (let ms = 0; !isEnded(row.status) && ms <= 370 * DAY_MS; ms += STEP_MS) {
    if (ms % (14 * DAY_MS) === 0) feed = new SimulatedFeed(JSON.parse(JSON.stringify(feed.tracker.save(ms))));
    feed.read(ms, row);
    const asked = feed.asks(ms);
    polls += asked.length;
    const isAway = ms >= 100 * DAY_MS && ms < 100 * DAY_MS + 2 * HOUR_MS;
    if (isAway) feed.fails(ms, asked);
    else feed.answer(ms, asked, shownOn(ms / DAY_MS));
    for (const { fact } of feed.tracker.takeReports(Date.parse(at(ms)))) {
      const decision = decide(row, fact);
      if (decision === null) continue;
      row = { ...decision.trade, updatedAt: at(ms) };
      events.push(`day ${Math.floor(ms / DAY_MS)}: ${row.status} ${row.filledSize}, ${decision.cause}`);
    }
  }
  return { events, polls, row };
}

describe('an order that rests for a year', () => {
  const { events, polls, row } = liveAYear();

  it('has an event for each change, and none for the days between', () => {
    expect(events).toEqual([
      'day 30: pending 0.1, observed',
      'day 60: pending 0.2, observed',
      'day 90: pending 0.3, observed',
      'day 100: stale 0.3, unconfirmed',
      'day 100: pending 0.3, observed',
      ...[4, 5, 6, 7, 8, 9].map((tenths) => `day ${tenths * 30}: pending 0.${tenths}, observed`),
      'day 300: pending 1, observed',
      'day 330: pending 1.1, observed',
      'day 360: pending 1.2, observed',
      'day 365: completed 2, observed',
    ]);
    expect(row).toMatchObject({ status: 'completed', filledSize: '2', filledAt: at(365 * DAY_MS) });
  });

  it('is asked about once in its interval, and not more often the longer it rests', () => {
    expect(polls / ((365 * DAY_MS) / STEP_MS)).toBeCloseTo(1, 1);
  });
});
