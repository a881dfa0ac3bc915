/** What the page's own routes take. They are no part of the interface's description. */
import { Type, type Static } from 'typebox';
import { ORDER_VIEWS } from '../../ports/order-board.ts';
import { PAGE_QUERY, words } from '../schemas/common.ts';
import { answerable, CancelRequest } from '../schemas/operator-commands.ts';
import { BotId, ProductId } from '../schemas/place.ts';

const board = {
  view: Type.Optional(words(ORDER_VIEWS)),
  bot_id: Type.Optional(BotId),
  product_id: Type.Optional(ProductId),
  cursor: PAGE_QUERY.cursor,
};

export const BoardQuery = Type.Object(board, { additionalProperties: false });
export type BoardQuery = Static<typeof BoardQuery>;

export const ShellQuery = Type.Object(
  { ...board, order: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })) },
  { additionalProperties: false },
);

export const BotQuery = Type.Object({ bot_id: Type.Optional(BotId) }, { additionalProperties: false });

/** The lists whose orders a command can reach all at once. */
const MANY_VIEWS = ['open', 'stale', 'unresolved'] as const;
const many = {
  view: words(MANY_VIEWS),
  bot_id: Type.Optional(BotId),
  product_id: Type.Optional(ProductId),
};

export const ManyQuery = Type.Object(many, { additionalProperties: false });
export type ManyQuery = Static<typeof ManyQuery>;

/** Where an earlier answer ended. */
const further = { ...many, cursor: PAGE_QUERY.cursor };
export const ManyForm = Type.Object({ ...further, ...answerable }, { additionalProperties: false });
export const ResolveManyForm = Type.Object(
  { ...further, status: words(['cancelled', 'failed']), ...answerable },
  { additionalProperties: false },
);
export type ManyForm = Static<typeof ManyForm> & Partial<Pick<Static<typeof ResolveManyForm>, 'status'>>;

/** A form's fields are strings, and a box that is not ticked is left out. */
const bot = { bot_id: Type.Optional(Type.Union([BotId, Type.Literal('')])) };

export const SyncForm = CancelRequest;
export const CancelForm = Type.Object(answerable, { additionalProperties: false });
export const ResumeForm = Type.Object({ ...bot, ...answerable }, { additionalProperties: false });
export const HaltForm = Type.Object(
  { ...bot, cancel_open: Type.Optional(Type.Literal('yes')), ...answerable },
  { additionalProperties: false },
);
