/** Faults of the WebSocket, as plain JSON. As in REST, they never change what truly happened. */
import type { MessageFault } from '../channel/interceptor.ts';
import { CHANNELS } from '../channel/messages.ts';
import { InvalidArgument } from '../core/errors.ts';
import { Reader } from '../reader.ts';
import type { CommonMatch } from './match.ts';
import { COMMON_FIELDS, readCommonMatch } from './match.ts';

const MESSAGE_CHANNELS = [...CHANNELS, 'subscriptions'] as const;
const EVENTS = ['snapshot', 'patch', 'update'] as const;

/**
 * The occasions that a rule applies to; a field that is left out matches all. Each message to each client is an occasion;
 * for faults in how an order is reported it is the report, and for `refuse` the connection or the subscription. A message
 * matches if one of its orders does.
 */
export interface PushFaultMatch extends CommonMatch {
  channel?: (typeof MESSAGE_CHANNELS)[number];
  /** Of the `user` channel. The batches of a snapshot after the first are each a `patch`. */
  event?: (typeof EVENTS)[number];
  /** Of the order, as it is reported. */
  status?: string;
}

export type PushFaultAction =
  | MessageFault
  /** Reject new connections (503), or answer valid tokens with an authentication failure. It matches no order. */
  | { kind: 'refuse'; at: 'connect' | 'subscribe' }
  /** Never report the order, and leave no gap in the sequence: not in updates, and not in the snapshot unless `event` says `update`. */
  | { kind: 'miss' }
  /** Report a filled order as OPEN and 100 % first, then as FILLED. */
  | { kind: 'open-first' }
  /** Report a filled order twice: with its hold, then without. */
  | { kind: 'filled-twice' };

export interface PushFaultRule {
  match: PushFaultMatch;
  do: PushFaultAction;
}

const ACTION_FIELDS: Readonly<Record<PushFaultAction['kind'], readonly string[]>> = {
  drop: [],
  duplicate: [],
  swap: [],
  delay: ['ms'],
  truncate: [],
  close: ['code'],
  silence: [],
  error: ['message'],
  refuse: ['at'],
  miss: [],
  'open-first': [],
  'filled-twice': [],
};
const KINDS = Object.keys(ACTION_FIELDS) as PushFaultAction['kind'][];

/** Throws InvalidArgument, naming the field. */
export function readPushFaultRule(value: unknown, path = 'fault'): PushFaultRule {
  const rule = new Reader(value, path, ['match', 'do']);
  readMatch(rule.raw('match'), rule.path('match'));
  readAction(rule.raw('do'), rule.path('do'));
  return value as PushFaultRule;
}

function readMatch(value: unknown, path: string): void {
  const match = new Reader(value, path, ['channel', 'event', 'status', ...COMMON_FIELDS]);
  if (match.has('channel')) match.oneOf('channel', MESSAGE_CHANNELS);
  if (match.has('event')) match.oneOf('event', EVENTS);
  if (match.has('status')) match.text('status');
  readCommonMatch(match);
}

function readAction(value: unknown, path: string): void {
  const { kind: name } = Object(value) as { kind?: unknown };
  const known = KINDS.find((kind) => kind === name);
  const action = new Reader(value, path, ['kind', ...(known ? ACTION_FIELDS[known] : [])]);
  const kind = action.oneOf('kind', KINDS);
  if (kind === 'delay') action.integer('ms');
  if (kind === 'refuse') action.oneOf('at', ['connect', 'subscribe']);
  if (kind === 'error' && action.has('message')) action.text('message');
  if (kind === 'close' && action.has('code') && !isCloseCode(action.integer('code'))) {
    throw new InvalidArgument(`${path}.code must be a code that a server may close with: 1000 to 1014 or 3000 to 4999`);
  }
}

/** RFC 6455, 7.4: the codes between are reserved, 1004 to 1006 never sent. */
function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
}
