/** What all fault rules can match by: the order, how often, how likely, and for how long. */
import type { Reader } from '../reader.ts';

/** A field that is left out matches all. */
export interface CommonMatch {
  clientOrderId?: string;
  clientOrderIdPrefix?: string;
  /** Let this many matching occasions pass first. */
  skip?: number;
  /** End after this many faults. */
  times?: number;
  /** 0 to 1, decided by the seed; default 1. */
  probability?: number;
  /** End this long after the rule was added. */
  forMs?: number;
}

export const COMMON_FIELDS: readonly (keyof CommonMatch)[] = [
  'clientOrderId',
  'clientOrderIdPrefix',
  'skip',
  'times',
  'probability',
  'forMs',
];

/** Throws InvalidArgument, naming the field. */
export function readCommonMatch(match: Reader): void {
  if (match.has('clientOrderId')) match.text('clientOrderId');
  if (match.has('clientOrderIdPrefix')) match.text('clientOrderIdPrefix');
  if (match.has('skip')) match.integer('skip');
  if (match.has('times')) match.integer('times', 1);
  if (match.has('probability')) match.probability('probability');
  if (match.has('forMs')) match.integer('forMs', 1);
}

export function namesOrder(match: CommonMatch): boolean {
  return match.clientOrderId !== undefined || match.clientOrderIdPrefix !== undefined;
}

/** True if the match names the order with this client order id, or no order. */
export function matchesOrder({ clientOrderId, clientOrderIdPrefix }: CommonMatch, actual: string | undefined): boolean {
  return (
    (clientOrderId === undefined || clientOrderId === actual) &&
    (clientOrderIdPrefix === undefined || (actual ?? '').startsWith(clientOrderIdPrefix))
  );
}
