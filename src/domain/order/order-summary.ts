/** What Temporal's lists and pages show of an order from its start: one line, and how to act on it. */
import type { GivenRequest } from './order-request.ts';

/** A server's default limit is 400 bytes for the whole payload (`limit.userMetadataSummarySize`). */
const MOST_BYTES = 300;
const TEXT = new TextEncoder();

export interface StartMetadata {
  staticSummary: string;
  staticDetails: string;
}

const DETAILS = [
  '- Ask the exchange now: signal `manualSync`, or update `syncNow` for a report',
  '- Cancel the order: signal `cancelOrder`, or cancel the workflow',
  '- End an order that cannot be verified: update `resolveOrder` with `{"status","requestedBy","reason"}`',
].join('\n');

export function startMetadata({ side, productId, orderConfiguration, botId }: GivenRequest): StartMetadata {
  const order = [side, productId, ...Object.entries(orderConfiguration ?? {}).map(kindAndFields)];
  const known = order.filter((part) => part !== undefined);
  const summary = known.length === 0 ? 'Goes on with the order where its row is' : known.join(' ');
  return {
    staticSummary: shortened(botId === undefined ? summary : `${summary}, bot ${botId}`),
    staticDetails: DETAILS,
  };
}

function kindAndFields([kind, fields]: [string, object]): string {
  const scalars = Object.entries(fields).filter(([, value]) => typeof value !== 'object');
  return `${kind} (${scalars.map(([name, value]) => `${name} ${String(value)}`).join(', ')})`;
}

function shortened(text: string): string {
  if (sizeOf(text) <= MOST_BYTES) return text;
  let kept = '';
  for (const character of text) {
    if (sizeOf(`${kept}${character}…`) > MOST_BYTES) break;
    kept += character;
  }
  return `${kept}…`;
}

/** As JSON, which is how it is stored. */
function sizeOf(text: string): number {
  return TEXT.encode(JSON.stringify(text)).length;
}
