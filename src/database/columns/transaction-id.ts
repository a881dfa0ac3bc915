import { Type } from '@mikro-orm/postgresql';

/** The number of a transaction as `xid8`, which never wraps around. */
export class TransactionIdType extends Type<string, string> {
  override getColumnType(): string {
    return 'xid8';
  }
}
