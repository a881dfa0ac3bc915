/** Checks that one intent leads to one order, however often it is posted. */
import { isEnded, type Trade } from '../../src/domain/order/trade.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import type { PostRecord } from '../../src/simulator/index.ts';
import { wasHeldBack, type Outage } from './link-faults.ts';

/** From the commit of an attempt to the arrival of its POST, on a machine that is short of processor time. */
const POST_MAY_TAKE_MS = 2_000;

/** Every POST must be committed first, come within the window, have the same bytes, and come before the order is known. */
export function wrongPosts(
  trade: Trade,
  posts: readonly PostRecord[],
  events: readonly StoredEvent[],
  outages: readonly Outage[],
): string[] {
  const wrong: string[] = [];
  if (posts.length > trade.postAttempts)
    wrong.push(`TWICE: ${posts.length} POSTs for ${trade.postAttempts} committed attempts`);
  if (posts.filter(({ outcome }) => outcome === 'created').length > 1) wrong.push('TWICE: two orders were created');
  if (new Set(posts.map(({ body }) => body)).size > 1) wrong.push('TWICE: its POSTs differ');

  const onTheWay = outages.filter(({ link }) => link === 'worker–REST');
  const cameAfter = (limitMs: number): PostRecord[] =>
    posts.filter(({ receivedAt }) => {
      const receivedMs = Date.parse(receivedAt);
      return receivedMs > limitMs + POST_MAY_TAKE_MS && !wasHeldBack(onTheWay, limitMs, receivedMs);
    });
  for (const { receivedAt } of cameAfter(Date.parse(trade.createdAt) + trade.policy.placeForMs))
    wrong.push(`POSTED LATE at ${receivedAt}`);
  const settled = events.find((event) => event.cause === 'accepted' || isEnded(event.toStatus));
  if (settled !== undefined) {
    for (const { receivedAt } of cameAfter(Date.parse(settled.at)))
      wrong.push(`TWICE: posted again at ${receivedAt}, when it was ${settled.cause}`);
  }
  return wrong;
}
