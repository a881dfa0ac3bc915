import { Type } from '@mikro-orm/postgresql';
import { camelKeys, snakeKeys } from '../../domain/names.ts';
import type { OrderPolicy } from '../../domain/order/policy.ts';
import { jsonText } from './json.ts';

/** A policy in `jsonb`: `place_for_ms` in the database, `placeForMs` in the domain. */
export class PolicyType extends Type<OrderPolicy, unknown> {
  override convertToDatabaseValue(policy: OrderPolicy): string {
    return jsonText(snakeKeys(policy));
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
  return camelKeys<OrderPolicy>(stored as object);
}
