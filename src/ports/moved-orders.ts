/** How ended orders leave the database: their events, fills and histories go, once an audit bundle has them. */
import type { Caller } from '../domain/order/requester.ts';

/** Why an order that ended in time stays all the same. The first that applies is told. */
export const OBSTACLES = [
  'fills-incomplete',
  'resolved-by-operator',
  'open-issue',
  'run-not-archived',
  'no-history',
] as const;
export type Obstacle = (typeof OBSTACLES)[number];

/** Of a part of the trades, in the order in which they were placed. */
export interface MovablePage {
  /** Client order ids. */
  movable: string[];
  /** How many of the others have which obstacle. */
  held: Partial<Record<Obstacle, number>>;
  /** Where the next page begins; null after the last one. */
  next: string | null;
}

/** An order as a bundle has it: these rows are deleted, and only if it has no other. */
export interface OrderToMove {
  clientOrderId: string;
  /** Of the rows, in ascending order. */
  eventIds: number[];
  fillIds: number[];
  historyIds: number[];
  /** The rows' leaves in the transparency log, by their indexes. */
  leaves: number[];
}

export interface MovedOrders {
  /** Whether this role of the database may delete events and fills. A worker's never may. */
  canMove(): Promise<boolean>;
  /** Those of the orders which ended before this time that are still here; from the beginning, or where another page ended. */
  endedBefore(time: string, from: string | null): Promise<MovablePage>;
  /**
   * In one transaction: records for each order which bundle has it, and deletes its rows. Leaves out those that are not any
   * more as the bundle has them. Answers the client order ids of the others.
   */
  move(orders: readonly OrderToMove[], bundleSha256: string, by: Caller): Promise<string[]>;
}
