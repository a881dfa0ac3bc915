/** How long and how often an order is placed, looked at and watched. All values are whole milliseconds, but for the count of attempts. */
export interface OrderPolicy {
  /** How long after `created_at` a POST may be sent, the first included. */
  placeForMs: number;
  /** Layer 1: looks after the placement, the first at once. */
  immediateCheckAttempts: number;
  immediateCheckIntervalMs: number;
  /** Layer 3: how stale our knowledge of a watched order may be. */
  monitorIntervalMs: number;
  /** The monitoring window. */
  monitorForMs: number;
}

export const DEFAULT_POLICY: OrderPolicy = {
  placeForMs: 30_000,
  immediateCheckAttempts: 10,
  immediateCheckIntervalMs: 500,
  monitorIntervalMs: 2_000,
  monitorForMs: 300_000,
};

/** Smallest and largest value of each field, both allowed. */
export const POLICY_BOUNDS: Record<keyof OrderPolicy, readonly [min: number, max: number]> = {
  placeForMs: [1_000, 120_000],
  immediateCheckAttempts: [1, 100],
  immediateCheckIntervalMs: [100, 10_000],
  monitorIntervalMs: [500, 60_000],
  monitorForMs: [1_000, 86_400_000],
};

export const POLICY_FIELDS = Object.keys(POLICY_BOUNDS) as readonly (keyof OrderPolicy)[];

export function isPolicyField(name: string): name is keyof OrderPolicy {
  return Object.hasOwn(POLICY_BOUNDS, name);
}

export function withDefaults(policy: Partial<OrderPolicy> | null | undefined): OrderPolicy {
  return { ...DEFAULT_POLICY, ...policy };
}
