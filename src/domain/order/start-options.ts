/** What Temporal is given about an order at its start: what its lists and pages show, and whose it is, for a fair order among bots. */
import type { GivenRequest } from './order-request.ts';

/** A server's default limit is 400 bytes for the whole payload (`limit.userMetadataSummarySize`), encrypted or not. */
const MAX_BYTES = 250;
/** What a server takes as a fairness key. */
const MAX_KEY_BYTES = 64;
const TEXT = new TextEncoder();

export interface StartOptions {
  staticSummary: string;
  staticDetails: string;
  /** Tasks that wait at the server are given to workers bot by bot, where it can do that. */
  priority?: { fairnessKey: string };
}

const DETAILS = [
  '- Ask the exchange now: signal `manualSync`, or update `syncNow` for a report',
  '- Cancel the order: signal `cancelOrder`, or cancel the workflow',
  '- End an order that cannot be verified: update `resolveOrder` with `{"status","requestedBy","reason"}`',
].join('\n');

export function startOptions({ side, productId, orderConfiguration, botId }: GivenRequest): StartOptions {
  const order = [side, productId, ...Object.entries(orderConfiguration ?? {}).map(kindAndFields)];
  const known = order.filter((part) => part !== undefined);
  const summary = known.length === 0 ? 'Goes on with the order where its row is' : known.join(' ');
  return {
    staticSummary: shortened(botId === undefined ? summary : `${summary}, bot ${botId}`, MAX_BYTES),
    staticDetails: DETAILS,
    ...(botId !== undefined && { priority: { fairnessKey: shortened(String(botId), MAX_KEY_BYTES) } }),
  };
}

function kindAndFields([kind, fields]: [string, object]): string {
  const scalars = Object.entries(fields).filter(([, value]) => typeof value !== 'object');
  return `${kind} (${scalars.map(([name, value]) => `${name} ${String(value)}`).join(', ')})`;
}

function shortened(text: string, maxBytes: number): string {
  if (sizeOf(text) <= maxBytes) return text;
  let kept = '';
  for (const character of text) {
    if (sizeOf(`${kept}${character}…`) > maxBytes) break;
    kept += character;
  }
  return `${kept}…`;
}

/** As JSON, which is how it is stored. */
function sizeOf(text: string): number {
  return TEXT.encode(JSON.stringify(text)).length;
}
