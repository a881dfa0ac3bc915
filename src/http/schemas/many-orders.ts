/** The bodies of a command for many orders: which are meant, and what came of each. */
import { Type, type Static } from 'typebox';
import type { OrderSelection } from '../../commands/selection.ts';
import { OUTCOMES, type CommandResult as Result } from '../../domain/order/command-result.ts';
import { snakeKeys } from '../../domain/names.ts';
import { BLOCKING_STATUSES, TRADE_STATUSES, type TradeStatus } from '../../domain/order/trade.ts';
import { invalidRequest } from '../problem.ts';
import { PAGE_QUERY, pageOf, nullable, Status, words } from './common.ts';
import { answerable, requester } from './operator-commands.ts';
import { BotId, ProductId } from './place.ts';

/** What is done within the time of one answer. */
const MAX_ORDERS = 100;
export const DEFAULT_ORDERS = 50;
/** A century. */
const MAX_SECONDS = 3_155_760_000;

const page = {
  dry_run: Type.Optional(Type.Boolean({ default: false, description: 'Only answers which orders it would reach' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_ORDERS, default: DEFAULT_ORDERS })),
  cursor: PAGE_QUERY.cursor,
};

export const SyncMany = Type.Object({ filter: filter(TRADE_STATUSES), ...page, ...requester }, strict());
export const CancelMany = Type.Object({ filter: filter(BLOCKING_STATUSES), ...page, ...requester }, strict());
export const ResolveMany = Type.Object(
  { filter: filter(BLOCKING_STATUSES), ...page, status: words(['cancelled', 'failed']), ...answerable },
  strict(),
);

export const CommandResult = Type.Object(
  {
    client_order_id: Type.String(),
    order_id: nullable(Type.String()),
    bot_id: Type.String(),
    product_id: Type.String(),
    from_status: Status,
    to_status: nullable(Status),
    outcome: words(OUTCOMES),
    error: nullable(Type.String({ description: 'Why it failed' })),
  },
  { $id: 'CommandResult', description: 'What came of the command for one order' },
);

export const CommandPage = pageOf(
  CommandResult,
  'Newest order first. An answer may have fewer than `limit`: what its time does not allow is left to the next page',
);

export function resultView(result: Result): Static<typeof CommandResult> {
  return snakeKeys(result);
}

interface Filter {
  bot_id?: string;
  product_id?: string;
  status?: TradeStatus;
  older_than_seconds?: number;
  all?: boolean;
}

/** A filter that was forgotten must not mean everything. Throws the problem `invalid-request`. */
export function selectionOf({ all = false, older_than_seconds: seconds, ...rest }: Filter): OrderSelection {
  const { bot_id: botId, product_id: productId, status } = rest;
  const isNarrowed = Object.keys(rest).length > 0 || seconds !== undefined;
  if (all && isNarrowed)
    throw invalidRequest([{ field: 'filter.all', message: 'cannot be combined with other fields' }]);
  if (!all && !isNarrowed) {
    const message =
      'is empty: give bot_id, product_id, status or older_than_seconds, or all: true for every open order';
    throw invalidRequest([{ field: 'filter', message }]);
  }
  return {
    ...(botId !== undefined && { botId }),
    ...(productId !== undefined && { productId }),
    ...(status !== undefined && { status }),
    ...(seconds !== undefined && { olderThanMs: seconds * 1_000 }),
  };
}

function filter<const Word extends TradeStatus>(statuses: readonly Word[]) {
  const fields = {
    bot_id: Type.Optional(BotId),
    product_id: Type.Optional(ProductId),
    status: Type.Optional(words(statuses)),
    older_than_seconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_SECONDS, description: 'Requested at least this long ago' }),
    ),
    all: Type.Optional(Type.Boolean({ description: 'Every open order, in place of the other fields' })),
  };
  const description = 'Each field narrows it. Without a status the open orders are meant: placing, pending and stale';
  return Type.Object(fields, { ...strict(), description });
}

function strict() {
  return { additionalProperties: false };
}
