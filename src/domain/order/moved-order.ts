/** An ended order whose events, fills and histories are in an audit bundle, and no longer in the database. Its trade stays. */
import { counted } from '../counted.ts';
import type { Requester } from './requester.ts';

export interface MovedOrder extends Requester {
  clientOrderId: string;
  movedAt: string;
  /** Of the bundle's `manifest.json`, in hexadecimal. */
  bundleSha256: string;
  /** How many rows of each kind were moved. */
  events: number;
  fills: number;
  histories: number;
  sentBy: string | null;
}

/** The end of a sentence that begins with the order. */
export function movedInWords({ movedAt, bundleSha256, events, fills, histories }: MovedOrder): string {
  const rows = `${counted(events, 'event')}, ${counted(fills, 'fill')} and ${counted(histories, 'history', 'histories')}`;
  return `was moved out at ${movedAt}: its ${rows} are in the audit bundle whose manifest.json has the SHA-256 ${bundleSha256}`;
}
