import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isEnded } from '../../../../src/domain/order/trade.ts';
import { holds } from '../support/holds.ts';
import { beginnings, lives, World } from '../support/world.ts';

const ENDS = {
  FILLED: 'completed',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  FAILED: 'failed',
} as const;
const ends = fc.constantFrom('FILLED', 'CANCELLED', 'EXPIRED', 'FAILED');

/** The seed of a failure is printed; ORDER_SYNC_SEED runs it again. */
describe('whatever an order lives through', () => {
  it('keeps its rules at every step, and ends as the exchange says once that is seen, unless it had ended before', async () => {
    const seen = new Set<string>();
    const property = fc.asyncProperty(beginnings, lives, ends, async (beginning, life, end) => {
      const world = new World(beginning);
      for (const step of life) await world.take(step);
      const { trade } = world.order;
      const isFinal = isEnded(trade.status) && trade.reason !== 'RESOLVED_BY_OPERATOR';

      await world.take({ do: 'become', status: end });
      await world.take({ do: 'hear', age: 0, sparse: false, byHand: false });
      const expected = isFinal ? trade.status : ENDS[world.truth.status as keyof typeof ENDS];
      expect(world.order.trade.status).toBe(expected);
      seen.add(expected);
    });
    await holds(property);
    expect([...seen].toSorted()).toEqual(['cancelled', 'completed', 'expired', 'failed', 'rejected']);
  }, 180_000);
});
