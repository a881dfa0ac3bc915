import { needs } from '../access/roles.ts';
import { Readable } from 'node:stream';
import { Type, type Static } from 'typebox';
import type { EventLog } from '../../ports/event-log.ts';
import { DEFAULT_LIMIT } from '../../ports/page.ts';
import type { App, HttpDependencies } from '../dependencies.ts';
import { eventStream } from '../events/event-stream.ts';
import { EventTail } from '../events/event-tail.ts';
import { HttpProblem } from '../problem.ts';
import { problems } from '../schemas/common.ts';
import { EventPage, EventQuery, loggedEventView } from '../schemas/events.ts';

/** Each holds a connection. */
const MAX_STREAMS = 200;
/** How many pages of the log a request with a filter examines at most. */
const MAX_PAGES = 20;
const PAGE = 500;

export function eventsRoute(app: App, { events }: HttpDependencies): void {
  const tail = new EventTail(events);
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  const schema = {
    operationId: 'listEvents',
    ...needs('read'),
    summary: 'Every event of every order once, in order of commit; as a stream with accept: text/event-stream',
    querystring: EventQuery,
    response: {
      200: {
        description: "A page, or a stream without an end whose events' ids are their cursors; Last-Event-ID is taken",
        content: {
          'application/json': { schema: EventPage },
          'text/event-stream': { schema: Type.Unsafe<Readable>({ type: 'string' }) },
        },
      },
      ...problems(400),
    },
  };
  app.get('/api/v1/events', { schema }, async ({ query, headers }, reply) => {
    const { after: wanted, bot_id: botId = null, limit = DEFAULT_LIMIT } = query;
    if (!(headers.accept ?? '').includes('text/event-stream')) {
      return readPage(events, { after: await startOf(events, wanted), botId, limit });
    }
    if (tail.readers >= MAX_STREAMS) {
      throw new HttpProblem('too-many-requests', `more than ${MAX_STREAMS} streams of events are open`, {
        headers: { 'retry-after': '10' },
      });
    }
    // The Last-Event-ID of a reader that reconnects counts more than its URL.
    const lastSeen = headers['last-event-id'];
    const after = await startOf(events, typeof lastSeen === 'string' && lastSeen !== '' ? lastSeen : wanted);
    // Refuses a malformed cursor, or reports that the database is unreachable, while that can still be answered.
    await events.read(after, 1);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    void reply.type('text/event-stream');
    return Readable.from(eventStream(tail, { after, botId, signal }), { objectMode: false });
  });
}

async function startOf(events: EventLog, after: string | undefined): Promise<string | null> {
  return after === 'latest' ? events.end() : (after ?? null);
}

interface PageOptions {
  after: string | null;
  botId: string | null;
  limit: number;
}

async function readPage(events: EventLog, { after, botId, limit }: PageOptions): Promise<Static<typeof EventPage>> {
  const items: Static<typeof EventPage>['items'] = [];
  let cursor = after;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await events.read(cursor, botId === null ? limit : PAGE);
    for (const event of page.items) {
      if (botId !== null && event.botId !== botId) continue;
      items.push(loggedEventView(event));
      if (items.length === limit) return { items, next_cursor: event.cursor };
    }
    cursor = page.cursor;
    if (!page.hasMore) break;
  }
  return { items, next_cursor: cursor ?? '0-0' };
}
