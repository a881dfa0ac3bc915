import { describe, expect, it } from '@jest/globals';
import { recentWindow, weeklySlices } from '../../../src/domain/reconciliation/windows.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIDNIGHT = Date.parse('2026-11-23T00:00:00.000Z');

describe('the recent window', () => {
  it('begins an hour before the last complete run, and at first a week back', () => {
    const now = MIDNIGHT + 12 * HOUR;
    expect(recentWindow('2026-11-23T11:59:00.000Z', now).from).toBe('2026-11-23T10:59:00.000Z');
    expect(recentWindow(null, now).from).toBe('2026-11-16T12:00:00.000Z');
    expect(recentWindow('2026-01-01T00:00:00.000Z', now).from).toBe('2026-11-16T12:00:00.000Z');
  });
});

describe('the slices of a day', () => {
  it.each([60_000, 7 * 60_000, 5 * HOUR])('see every order of the week, with a run each %i ms', (everyMs) => {
    const start = MIDNIGHT + 3 * HOUR;
    const slices: { from: number; to: number }[] = [];
    for (let now = start; now <= start + DAY; now += everyMs) {
      for (const { from, to } of weeklySlices(new Date(now - everyMs).toISOString(), now)) {
        slices.push({ from: Date.parse(from), to: Date.parse(to) });
      }
    }
    for (let ageHours = 1; ageHours < 6 * 24; ageHours += 5) {
      const createdAt = start - ageHours * HOUR;
      expect(slices.filter(({ from, to }) => from <= createdAt && createdAt < to).length).toBeGreaterThan(0);
    }
  });

  it('cover some minutes for each minute, so that a run asks for little', () => {
    const now = MIDNIGHT + 12 * HOUR;
    const [slice] = weeklySlices(new Date(now - 60_000).toISOString(), now);
    expect(Date.parse(slice?.to ?? '') - Date.parse(slice?.from ?? '')).toBeCloseTo(7.4 * 60_000, -1);
  });

  it('are the whole week after an absence of a day, and none before the first complete run', () => {
    const now = MIDNIGHT + 12 * HOUR;
    expect(weeklySlices(new Date(now - 2 * DAY).toISOString(), now)[0]?.from).toBe('2026-11-16T12:00:00.000Z');
    expect(weeklySlices(null, now)).toEqual([]);
  });
});
