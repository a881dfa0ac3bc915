/** The search attributes that every order carries, and their types as a Temporal server must have them registered. */
export const SEARCH_ATTRIBUTES = {
  OrderStatus: 'Keyword',
  BotId: 'Keyword',
  ProductId: 'Keyword',
  ExchangeOrderId: 'Keyword',
  /** Unset while the order is not stale. */
  StaleSince: 'Datetime',
} as const;
