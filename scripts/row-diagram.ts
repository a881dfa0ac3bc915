/** Draws which facts lead an order's row from state to state, by asking `decide` of a row in each situation. */
import { decide } from '../src/domain/order/decide.ts';
import type { Fact } from '../src/domain/order/fact.ts';
import { stateOf, type Trade } from '../src/domain/order/trade.ts';
import { after, anOrder, aTrade, ORDER_ID, RESTING, START as AT } from '../test/domain/order/support/builders.ts';

const LATER = { key: '', at: after(3_600_000) };
const REQUESTER = { requestedBy: null, reason: null };

const NEW = aTrade();
const SENT: Trade = { ...NEW, postAttempts: 1, postAttemptedAt: AT };
const ACCEPTED: Trade = { ...SENT, orderId: ORDER_ID };
const MONITORED: Trade = { ...ACCEPTED, status: 'pending', monitoredSince: AT };
const ENDED = { endedAt: AT, detectedBy: 'monitoring' } as const;

const ROWS: Trade[] = [
  NEW,
  SENT,
  { ...SENT, postDenials: 1 },
  ACCEPTED,
  MONITORED,
  { ...MONITORED, orderConfiguration: RESTING },
  { ...SENT, status: 'stale', staleSince: AT },
  { ...MONITORED, status: 'stale', staleSince: AT },
  { ...MONITORED, status: 'stale', staleSince: AT, orderConfiguration: RESTING },
  { ...MONITORED, ...ENDED, status: 'completed', filledAt: AT, fillDetectedAt: AT },
  { ...MONITORED, ...ENDED, status: 'cancelled' },
  { ...MONITORED, ...ENDED, status: 'failed', reason: 'RESOLVED_BY_OPERATOR' },
  { ...SENT, ...ENDED, status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH' },
];

const ORDERS = [
  anOrder({ status: 'OPEN' }),
  anOrder({ status: 'FILLED', filledSize: '1' }),
  anOrder({ status: 'CANCELLED' }),
  anOrder({ status: 'OPEN', side: 'SELL' }),
];

const FACTS: Fact[] = [
  { type: 'accepted', orderId: ORDER_ID, ...LATER },
  { type: 'refused', attempt: 1, code: '', message: '', ...LATER },
  { type: 'denied', attempt: 1, kind: 'not-sent', message: '', ...LATER },
  { type: 'outcome-unknown', attempt: 1, kind: '', message: '', ...LATER },
  { type: 'mismatch', orderId: 'order-2', fields: ['side'], ...LATER },
  { type: 'placement-closed', unauthorised: false, ...LATER },
  { type: 'placement-closed', unauthorised: true, ...LATER },
  { type: 'placement-closed', unauthorised: false, haltedBy: REQUESTER, ...LATER },
  ...ORDERS.map((seen): Fact => ({ type: 'observed', order: seen, source: 'look', ...LATER })),
  ...[null, ...ORDERS].map((seen): Fact => ({ type: 'checked', order: seen, looks: 10, lastError: null, ...LATER })),
  { type: 'window-closed', ...LATER },
  { type: 'unconfirmed', since: LATER.at, lastError: null, ...LATER },
  { type: 'cancel-requested', requester: REQUESTER, evidence: null, ...LATER },
  { type: 'cancel-answered', submitted: true, failureReason: null, ...LATER },
  { type: 'resolved', status: 'cancelled', requester: REQUESTER, ...LATER },
  ...ORDERS.map((seen): Fact => ({ type: 'reclaimed', order: seen, requester: REQUESTER, ...LATER })),
];

export function rowDiagram(): string {
  const causes = new Map<string, Set<string>>();
  for (const row of ROWS) {
    for (const fact of FACTS) {
      const decided = decide(row, fact);
      const [from, to] = [stateOf(row), stateOf(decided?.trade ?? row)];
      if (decided === null || from === to) continue;
      const arrow = `${from} --> ${to}`.replaceAll(/\b-\b/g, '_');
      causes.set(arrow, (causes.get(arrow) ?? new Set()).add(decided.cause));
    }
  }
  const arrows = [...causes].map(([arrow, all]) => `  ${arrow} : ${[...all].join(', ')}`);
  return ['  [*] --> placed', ...arrows].join('\n');
}
