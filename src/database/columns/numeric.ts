import { Type } from '@mikro-orm/postgresql';

/**
 * Unconstrained `numeric` as a decimal string, digit for digit as PostgreSQL gives it. MikroORM's own decimal type is
 * not used because it compares values as floating-point numbers, and so misses a change in the 17th digit.
 */
export class NumericType extends Type<string, string> {
  override getColumnType(): string {
    return 'numeric';
  }
}
