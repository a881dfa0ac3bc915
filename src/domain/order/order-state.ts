import { stateOf, type OrderState, type Trade } from './trade.ts';

/** What `orderState` answers of a committed row and of what was last seen at the exchange. */
export function orderStateOf(
  row: Trade,
  seen: Pick<OrderState, 'exchangeStatus' | 'lastCheckedAt'> | undefined,
): OrderState {
  const { createdAt, updatedAt, postAttempts, postAttemptedAt, policy, orderConfiguration, filledValue, ...trade } =
    row;
  return {
    ...trade,
    state: stateOf(row),
    exchangeStatus: seen?.exchangeStatus ?? null,
    lastCheckedAt: seen?.lastCheckedAt ?? null,
  };
}
