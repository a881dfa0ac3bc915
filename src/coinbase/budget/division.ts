/** How a number of requests a second is divided among those who want some. */

export interface Claim {
  processId: string;
  wanted: number;
}

/** What everybody gets who asks late: a tenth, as every class of requests does. */
const LEAST_PART = 10;

/**
 * The parts, which add up to the total. Who wants little gets it, the others equal parts of the rest, and what nobody
 * wants is spread over all, so that each can begin at once. Where the total is smaller than the number of claims, the
 * neediest get one each.
 */
export function divide(total: number, claims: readonly Claim[]): Map<string, number> {
  const least = Math.ceil(total / LEAST_PART);
  const modestFirst = claims.toSorted((a, b) => a.wanted - b.wanted || (a.processId < b.processId ? -1 : 1));
  const parts = new Map<string, number>();
  let left = total;
  modestFirst.forEach(({ processId, wanted }, index) => {
    const equalPart = Math.floor(left / (claims.length - index));
    const part = Math.min(Math.max(wanted, least), equalPart);
    parts.set(processId, part);
    left -= part;
  });
  modestFirst.toReversed().forEach(({ processId }, index) => {
    const more = Math.ceil(left / (claims.length - index));
    parts.set(processId, (parts.get(processId) ?? 0) + more);
    left -= more;
  });
  return parts;
}
