import type { ExchangeOrder } from './exchange-order.ts';
import type { ChangeSource } from './trade-change.ts';
import type { Layer } from './trade.ts';

/** What somebody else than the order's workflow saw of it at the exchange: the feed, or the reconciliation. */
export interface Observation {
  order: ExchangeOrder;
  seenAt: string;
  source: Extract<ChangeSource, 'push' | 'sweep'>;
  /** Left out: the layer of the order's present state. */
  layer?: Extract<Layer, 'reconciliation'>;
  /** Under which the end that it shows is committed, whoever comes first. Left out: under the workflow's own. */
  changeKey?: string;
}
