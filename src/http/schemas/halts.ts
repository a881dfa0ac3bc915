/** The brake: what is halted, and which orders that covers. */
import { Type, type Static } from 'typebox';
import { snakeKeys } from '../../domain/names.ts';
import { BLOCKING_STATUSES } from '../../domain/order/trade.ts';
import type { HaltStatus } from '../../ports/halt-store.ts';
import { nullable, ref, Time, words } from './common.ts';
import { answerable } from './operator-commands.ts';
import { BotId } from './place.ts';

const bot = { bot_id: Type.Optional(nullable(BotId)) };

export const ResumeRequest = Type.Object({ ...bot, ...answerable }, { additionalProperties: false });

export const HaltRequest = Type.Object(
  {
    ...bot,
    cancel_open: Type.Optional(
      Type.Boolean({ default: false, description: 'Cancel every open order that it covers, too' }),
    ),
    ...answerable,
  },
  { additionalProperties: false },
);

const HaltedOrder = Type.Object({
  order_id: nullable(Type.String()),
  client_order_id: Type.String(),
  bot_id: Type.String(),
  status: words(BLOCKING_STATUSES),
  cancel_requested: Type.Boolean({ description: 'A cancel is wanted, or was sent and may still take effect' }),
  age_seconds: Type.Integer(),
});

export const Halt = Type.Object(
  {
    bot_id: nullable(Type.String({ description: 'Null: every bot' })),
    since: Time,
    requested_by: Type.String(),
    sent_by: nullable(
      Type.String({ description: '`http:` and the name of the token, or user and host of the command' }),
    ),
    reason: Type.String(),
    cancel_open: Type.Boolean(),
    flat: Type.Boolean({ description: 'Every order that it covers is confirmed ended, and no other can be placed' }),
    open: Type.Array(HaltedOrder, { description: 'Those that are not, oldest first, at most 500' }),
  },
  { $id: 'Halt' },
);

export const HaltList = Type.Object({ items: Type.Array(ref(Halt)) }, { description: 'In force, oldest first' });

export function haltListView(halts: readonly HaltStatus[]): Static<typeof HaltList> {
  return { items: halts.map((halt) => ({ ...snakeKeys(halt), open: halt.open.map(snakeKeys) })) };
}
