import { Type } from '@mikro-orm/postgresql';
import type { OrderPolicy } from '../../order/policy.ts';
import { jsonText } from './json.ts';

/** A policy in `jsonb`: `place_for_ms` in the database, `placeForMs` in the domain. */
export class PolicyType extends Type<OrderPolicy, unknown> {
  override convertToDatabaseValue(policy: OrderPolicy): string {
    return jsonText(renameKeys(policy, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)));
  }

  override convertToJSValue(stored: unknown): OrderPolicy {
    return readPolicy(stored);
  }

  override getColumnType(): string {
    return 'jsonb';
  }
}

/** Of a plain row. */
export function readPolicy(stored: unknown): OrderPolicy {
  return renameKeys(stored as object, (key) =>
    key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  ) as unknown as OrderPolicy;
}

function renameKeys(value: object, rename: (key: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [rename(key), field]));
}
