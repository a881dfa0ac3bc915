/**
 * Faults between the exchange's core and the client, as plain JSON. They never change what truly happened: after a
 * `reset` with `when: 'after'` the order exists, although the client got no answer.
 */
import type { Endpoint } from '../http/api.ts';
import { ENDPOINTS } from '../http/api.ts';
import { Reader } from '../reader.ts';
import type { CommonMatch } from './match.ts';
import { COMMON_FIELDS, readCommonMatch } from './match.ts';

/**
 * The calls that a rule applies to; a field that is left out matches all. The order of a call is the one that is posted,
 * or named in the path, the body or `order_ids`. Faults that change rows (`lag`, `omit`, `repeat`, `patch`) change this order's rows
 * only, in any list.
 */
export interface FaultMatch extends CommonMatch {
  endpoint?: Endpoint;
}

/** `before` the core sees the call, so that nothing happens there, or `after` it has handled the call. */
type When = 'before' | 'after';

export type FaultAction =
  /** Cut the connection. */
  | { kind: 'reset'; when: When }
  /** Never answer. */
  | { kind: 'hang'; when: When }
  /** Before: the call reaches the core late, even if the client has disconnected. After: the answer is late. */
  | { kind: 'delay'; when: When; ms: number }
  /** Answer with any status and body: JSON, or a string as it is (HTML, `N/A`). */
  | { kind: 'answer'; when: When; status: number; body: unknown; contentType?: string }
  /** Refuse a new order with `success: false`, before the core sees it. */
  | { kind: 'refuse'; code: string; message?: string }
  /** Send the first half of the answer's body. */
  | { kind: 'truncate' }
  /** Orders younger than `ms` are not found and not listed; fills younger than `ms` are not listed. */
  | { kind: 'lag'; ms: number }
  /** Orders are not found and not listed; fills are not listed. Without an order named: empty lists. */
  | { kind: 'omit' }
  /** Show each order or fill of a list twice. */
  | { kind: 'repeat' }
  /** Replace these fields of each order or fill in the answer: a wrong status, an empty string, an unknown field. */
  | { kind: 'patch'; fields: Record<string, unknown> };

export interface FaultRule {
  match: FaultMatch;
  do: FaultAction;
}

const ACTION_FIELDS: Readonly<Record<FaultAction['kind'], readonly string[]>> = {
  reset: ['when'],
  hang: ['when'],
  delay: ['when', 'ms'],
  answer: ['when', 'status', 'body', 'contentType'],
  refuse: ['code', 'message'],
  truncate: [],
  lag: ['ms'],
  omit: [],
  repeat: [],
  patch: ['fields'],
};
const KINDS = Object.keys(ACTION_FIELDS) as FaultAction['kind'][];

/** Throws InvalidArgument, naming the field. */
export function readFaultRule(value: unknown, path = 'fault'): FaultRule {
  const rule = new Reader(value, path, ['match', 'do']);
  readMatch(rule.raw('match'), rule.path('match'));
  readFaultAction(rule.raw('do'), rule.path('do'));
  return value as FaultRule;
}

function readMatch(value: unknown, path: string): void {
  const match = new Reader(value, path, ['endpoint', ...COMMON_FIELDS]);
  if (match.has('endpoint')) match.oneOf('endpoint', ENDPOINTS);
  readCommonMatch(match);
}

function readFaultAction(value: unknown, path: string): void {
  const { kind: name } = Object(value) as { kind?: unknown };
  const known = KINDS.find((kind) => kind === name);
  const action = new Reader(value, path, ['kind', ...(known ? ACTION_FIELDS[known] : [])]);
  const kind = action.oneOf('kind', KINDS);
  if (ACTION_FIELDS[kind].includes('when')) action.oneOf('when', ['before', 'after']);
  if (ACTION_FIELDS[kind].includes('ms')) action.integer('ms');
  if (kind === 'answer') action.integer('status', 200);
  if (kind === 'refuse') action.text('code');
  if (kind === 'patch') action.record('fields');
}
