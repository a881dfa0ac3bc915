/** The bodies of what a person asks: sync, cancel, resolve. */
import { Type, type Static } from 'typebox';
import type { Requester } from '../../domain/order/requester.ts';
import type { SyncReport as Report, SyncSide as Side } from '../../domain/order/sync-report.ts';
import { snakeKeys } from '../../domain/names.ts';
import { Decimal, nullable, Problem, State, Status, Time, words } from './common.ts';

/** Any text that the database can store. */
const STORABLE = '^[^\\x00]*$';
/** The engine refuses a resolution that nobody answers for. */
const VISIBLE = '^\\s*[^\\s\\x00][^\\x00]*$';

const who = { maxLength: 200, description: 'Who asks', examples: ['ann'] };
const why = { maxLength: 1000, description: 'Why', examples: ['the bot is blocked'] };
const RequestedBy = Type.String({ ...who, pattern: STORABLE });
const Reason = Type.String({ ...why, pattern: STORABLE });
/** Of what anybody may ask. */
export const requester = {
  requested_by: Type.Optional(nullable(RequestedBy)),
  reason: Type.Optional(nullable(Reason)),
};

export function requesterOf({ requested_by, reason }: Static<typeof CancelRequest>): Requester {
  return { requestedBy: requested_by ?? null, reason: reason ?? null };
}

/** Of what somebody has to answer for. */
export const answerable = {
  requested_by: Type.String({ ...who, pattern: VISIBLE }),
  reason: Type.String({ ...why, pattern: VISIBLE }),
};

export const CancelRequest = Type.Object(requester, { additionalProperties: false });

export const SyncRequest = Type.Object(
  {
    ...requester,
    dry_run: Type.Optional(
      Type.Boolean({ default: false, description: 'Only compares: starts, signals and writes nothing' }),
    ),
  },
  { additionalProperties: false },
);

export const ResolveRequest = Type.Object(
  {
    status: words(['cancelled', 'failed']),
    ...answerable,
  },
  { additionalProperties: false },
);

const SyncSide = Type.Object({ state: State, status: Status, filled_size: Decimal, filled_at: nullable(Time) });

const reportFields = {
  order_id: nullable(Type.String()),
  client_order_id: Type.String(),
  requested_by: nullable(Type.String()),
  reason: nullable(Type.String()),
  before: SyncSide,
  coinbase: nullable(
    Type.Object({
      status: Type.String(),
      filled_size: Decimal,
      average_filled_price: nullable(Decimal),
      total_fees: nullable(Decimal),
      filled_value: nullable(Decimal),
      last_fill_time: nullable(Time),
    }),
  ),
  after: SyncSide,
  changed: Type.Boolean(),
  synced_at: Time,
  error: nullable(Type.String({ description: 'Why the exchange did not show the order' })),
};

export const SyncReport = Type.Object(reportFields, {
  $id: 'SyncReport',
  description: 'What was before, what the exchange said, and what is after; in a dry run, what would be',
});

export const SyncProblem = Type.Object(
  { ...Problem.properties, ...Type.Partial(Type.Object(reportFields)).properties },
  { $id: 'SyncProblem', description: 'With the exchange out of reach: a problem with the members of a SyncReport' },
);

export function reportView(report: Report): Static<typeof SyncReport> {
  const { before, coinbase, after } = report;
  return {
    ...snakeKeys(report),
    before: sideView(before),
    coinbase: coinbase === null ? null : snakeKeys(coinbase),
    after: sideView(after),
  };
}

function sideView(side: Side): Static<typeof SyncSide> {
  return snakeKeys(side);
}
