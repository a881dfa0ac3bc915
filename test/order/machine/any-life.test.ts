import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isEnded } from '../../../src/order/trade.ts';
import { holds } from '../support/holds.ts';
import { beginnings, lives, World, type Beginning, type Step } from '../support/world.ts';

const ENDS = {
  FILLED: 'completed',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  FAILED: 'failed',
} as const;
const ends = fc.constantFrom('FILLED', 'CANCELLED', 'EXPIRED', 'FAILED');

async function lived(beginning: Beginning, life: Step[]): Promise<World> {
  const world = new World(beginning);
  for (const step of life) await world.take(step);
  return world;
}

describe('whatever an order lives through', () => {
  it('keeps all of its rules at every step, which the random world checks', async () => {
    let steps = 0;
    await holds(
      fc.asyncProperty(beginnings, lives, async (beginning, life) => {
        await lived(beginning, life);
        steps += life.length;
      }),
    );
    expect(steps).toBeGreaterThan(1_000);
  }, 120_000);

  it('ends as the exchange says once that is seen, unless it had ended before', async () => {
    const statuses = new Set<string>();
    await holds(
      fc.asyncProperty(beginnings, lives, ends, async (beginning, life, end) => {
        const world = await lived(beginning, life);
        const { trade } = world.order;
        const isFinal = isEnded(trade.status) && trade.reason !== 'RESOLVED_BY_OPERATOR';
        await world.take({ do: 'become', status: end });
        await world.take({ do: 'hear', age: 0, sparse: false, byHand: false });
        const expected = isFinal ? trade.status : ENDS[world.truth.status as keyof typeof ENDS];
        expect(world.order.trade.status).toBe(expected);
        statuses.add(expected);
      }),
    );
    expect([...statuses].toSorted()).toEqual(['cancelled', 'completed', 'expired', 'failed', 'rejected']);
  }, 120_000);
});
