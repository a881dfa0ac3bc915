/** How a limit of requests a second is shared among the processes that want some. */

export interface Demand {
  processId: string;
  wanted: number;
}

/** Even an idle process keeps a tenth, as every class of requests does, so that it can begin at once. */
const MIN_SHARE = 10;

/**
 * The shares, which add up to the total. Who wants little gets it, the others share the rest equally, and what nobody
 * wants is spread over all. Where the total is smaller than the number of processes, the neediest get one each.
 */
export function fairShares(total: number, demands: readonly Demand[]): Map<string, number> {
  const least = Math.ceil(total / MIN_SHARE);
  const modestFirst = demands.toSorted((a, b) => a.wanted - b.wanted || (a.processId < b.processId ? -1 : 1));
  const shares = new Map<string, number>();
  let left = total;
  modestFirst.forEach(({ processId, wanted }, index) => {
    const equalShare = Math.floor(left / (demands.length - index));
    const share = Math.min(Math.max(wanted, least), equalShare);
    shares.set(processId, share);
    left -= share;
  });
  modestFirst.toReversed().forEach(({ processId }, index) => {
    const more = Math.ceil(left / (demands.length - index));
    shares.set(processId, (shares.get(processId) ?? 0) + more);
    left -= more;
  });
  return shares;
}

/**
 * What nobody takes but a process that has nothing: one that starts after the only other was killed sends at once, though
 * the dead one's lease still has seconds to go. A tenth where nobody wants it, and no less than a thirtieth; of a total
 * below ten, nothing.
 */
export function keptFree(total: number, wanted: number): number {
  const most = Math.floor(total / MIN_SHARE);
  return Math.max(Math.min(total - wanted, most), Math.min(Math.ceil(total / 30), most));
}
