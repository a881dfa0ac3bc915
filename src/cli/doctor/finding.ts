/** What one check of the doctor found. */
import { messageOf } from '../../domain/message-of.ts';

export type Level = 'ok' | 'warn' | 'fail';

export interface Finding {
  check: string;
  level: Level;
  /** One sentence. */
  says: string;
  /** What to do about it; null when all is well. */
  remedy: string | null;
  /** What a script may need of it by itself, such as a version. */
  details?: Record<string, unknown>;
}

const LIMIT_MS = 15_000;

export function ok(check: string, says: string): Finding {
  return { check, level: 'ok', says, remedy: null };
}

export function warn(check: string, says: string, remedy: string): Finding {
  return { check, level: 'warn', says, remedy };
}

export function fail(check: string, says: string, remedy: string): Finding {
  return { check, level: 'fail', says, remedy };
}

export function withDetails(finding: Finding, details: Record<string, unknown>): Finding {
  return { ...finding, details };
}

/** What the check found; a failure with this remedy where it throws, or does not end within 15 s. */
export async function examine(
  check: string,
  remedy: string,
  find: (limit: AbortSignal) => Promise<Finding>,
): Promise<Finding> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const late = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(new Error(`no answer within ${LIMIT_MS} ms`)), { once: true });
  });
  try {
    return await Promise.race([find(limit), late]);
  } catch (error) {
    return fail(check, messageOf(error), remedy);
  }
}
