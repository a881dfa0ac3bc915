import { createHash } from 'node:crypto';

/** In hexadecimal. Of a string, the SHA-256 of its UTF-8. */
export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
