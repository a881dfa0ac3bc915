/** What is wrong with an order, and everything that is known of it, by time. */
import { table } from '../../src/cli/text-table.ts';
import type { Finding } from './audit.ts';

type Row = [at: string, who: string, what: string, details: string];

const MAX_DETAILS_LENGTH = 160;

export function timelineOf({ known: { order, calls }, wrong, recorded, posts }: Finding): string {
  const asked = calls.flatMap(({ name, invokedAtMs, answeredAtMs, outcome, code, message, status, allowed }): Row[] => [
    [timeOf(invokedAtMs), 'bot', name, 'asked'],
    ...(answeredAtMs === null
      ? []
      : [
          [
            timeOf(answeredAtMs),
            'bot',
            name,
            [outcome, status, allowed, code, message].filter((word) => word !== null).join(' '),
          ] as Row,
        ]),
  ]);
  const sent = posts.map(({ receivedAt, outcome, reason }): Row => [
    receivedAt,
    'exchange',
    `POST ${outcome}`,
    reason ?? '',
  ]);
  const events = recorded.events.map(({ at, toStatus, cause, source, evidence }): Row => [
    at,
    'row',
    `${toStatus}: ${cause} by ${source}`,
    JSON.stringify(evidence ?? {}),
  ]);
  const rows = [...asked, ...sent, ...events].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const shown = rows.map(([at, who, what, details]) => [
    at.slice(11, 23),
    who,
    what,
    details.slice(0, MAX_DETAILS_LENGTH),
  ]);
  const title = `${order.request.clientOrderId} (${order.scenario}): ${wrong.join('; ')}`;
  return `${title}\n${table(['at', 'who', 'what', 'details'], shown)}`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
