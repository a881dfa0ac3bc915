import type { OrderPolicy } from '../../src/domain/order/policy.ts';

/** One look after the placement, and then one every half second. */
export const QUICK: Partial<OrderPolicy> = { immediateCheckAttempts: 1, monitorIntervalMs: 500 };
/** Monitored so slowly that nothing is seen within a test but what it asks for. */
export const SLOW: Partial<OrderPolicy> = { immediateCheckAttempts: 1, monitorIntervalMs: 60_000 };
