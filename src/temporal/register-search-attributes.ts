/** Registers the orders' search attributes; a server that lacks an attribute fails the workflow task that sets it. */
// A CommonJS module whose names Node cannot see from an ES module: hence the default import.
import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../ports/order-workflows.ts';

const TYPES = {
  Keyword: proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Datetime: proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
};

type Name = keyof typeof SEARCH_ATTRIBUTES;
type Operator = Pick<NativeConnection, 'operatorService'>;

/** Answers the names that were missing. Throws when they can neither be seen nor added. */
export async function registerSearchAttributes(connection: Operator, namespace: string): Promise<Name[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return [];
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, TYPES[SEARCH_ATTRIBUTES[name]]])),
  });
  return missing;
}

/** Only looks. */
export async function missingSearchAttributes({ operatorService }: Operator, namespace: string): Promise<Name[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return (Object.keys(SEARCH_ATTRIBUTES) as Name[]).filter((name) => !(name in customAttributes));
}
