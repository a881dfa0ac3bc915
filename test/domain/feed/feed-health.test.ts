import { describe, expect, it } from '@jest/globals';
import { readFeedHealth, type FeedHealth } from '../../../src/domain/feed/feed-health.ts';

const HEALTH: FeedHealth = {
  push: { connected: false, since: '2026-11-29T12:00:00.000Z', lossReason: 'closed by the exchange' },
  sweptAt: '2026-11-29T12:00:01.000Z',
};

describe("the feed's health in its heartbeat", () => {
  it('is read as it was written, beside what else is there', () => {
    const heartbeat: unknown = JSON.parse(JSON.stringify({ confirmations: null, newestFillMs: 1, health: HEALTH }));
    expect(readFeedHealth(heartbeat)).toEqual(HEALTH);
  });

  it('is read without a push, and before the first sweep', () => {
    expect(readFeedHealth({ health: { push: null, sweptAt: null } })).toEqual({ push: null, sweptAt: null });
  });

  it.each([null, undefined, 'text', {}, { health: 'good' }])('is not in %j', (details) => {
    expect(readFeedHealth(details)).toBeNull();
  });

  it('leaves out what is of another shape', () => {
    const health = { push: { connected: 'yes', since: 1 }, sweptAt: 5 };
    expect(readFeedHealth({ health })).toEqual({ push: null, sweptAt: null });
  });
});
