/** The log of events: every `order_events` row once, in order of commit. */
import { Type, type Static } from 'typebox';
import { snakeKeys } from '../../domain/names.ts';
import type { LoggedEvent as Logged } from '../../ports/event-log.ts';
import { PAGE_QUERY, ref } from './common.ts';
import { BotId } from './place.ts';
import { OrderEvent } from './trade.ts';

export const EventQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        pattern: '^(latest|\\d{1,18}-\\d{1,18})$',
        description: 'A cursor: of an event, or next_cursor. Left out: from the first event; `latest`: only new ones',
      }),
    ),
    bot_id: Type.Optional(BotId),
    limit: PAGE_QUERY.limit,
  },
  { additionalProperties: false },
);

export const LoggedEvent = Type.Object(
  {
    cursor: Type.String({ description: 'Its place in the log; opaque' }),
    client_order_id: Type.String(),
    bot_id: Type.String(),
    ...OrderEvent.properties,
  },
  { $id: 'LoggedEvent' },
);

export const EventPage = Type.Object(
  {
    items: Type.Array(ref(LoggedEvent)),
    next_cursor: Type.String({ description: 'Where to continue; always set, because more events will follow' }),
  },
  {
    description:
      'In order of commit. Fewer than `limit`: these are all so far or, with bot_id, all of those that were examined',
  },
);

export function loggedEventView({ factKey: _factKey, ...event }: Logged): Static<typeof LoggedEvent> {
  return snakeKeys(event);
}
