/**
 * Rows of plain statements, by the entities' own columns, so that no list of columns is kept twice. MikroORM's query
 * builder and its entities take several times as long, and nothing here changes an entity.
 */
import { isRaw, type EntityManager, type EntityName, type RawQueryFragment } from '@mikro-orm/postgresql';

/** A piece of SQL with a `?` for each of its parameters. */
export interface Sql {
  sql: string;
  parameters: unknown[];
}

/** Fields of a row that is to be written: values of the domain, or SQL. */
export type Given<Row> = { [Field in keyof Row]?: Row[Field] | RawQueryFragment };

/** What `select *` or `returning *` gave, under the fields' names and as the domain has their values. */
export function readRow<Row extends object>(em: EntityManager, entity: EntityName<Row>, returned: object): Row {
  return readColumns(em, entity, returned) as Row;
}

/** Those fields whose columns were given. */
export function readColumns<Row extends object>(
  em: EntityManager,
  entity: EntityName<Row>,
  returned: object,
): Partial<Row> {
  const columns = new Map(Object.entries(returned));
  const platform = em.getPlatform();
  const fields = em
    .getMetadata(entity)
    .props.filter(({ name, fieldNames: [column = name] }) => columns.has(column))
    .map(({ name, fieldNames: [column = name], customType }) => {
      const stored: unknown = columns.get(column);
      return [
        name,
        stored === null || customType === undefined ? stored : customType.convertToJSValue(stored, platform),
      ];
    });
  return Object.fromEntries(fields) as Partial<Row>;
}

/** The columns of the fields that are given, and their values as the database takes them. */
export function storeFields<Row extends object>(
  em: EntityManager,
  entity: EntityName<Row>,
  fields: Given<Row>,
): { columns: string[]; values: unknown[] } {
  const platform = em.getPlatform();
  const given = em.getMetadata(entity).props.filter(({ name }) => fields[name] !== undefined);
  return {
    columns: given.map(({ name, fieldNames: [column = name] }) => column),
    values: given.map(({ name, customType }) => {
      const value = fields[name];
      const isPlain = value === null || customType === undefined || isRaw(value);
      return isPlain ? value : customType.convertToDatabaseValue(value, platform);
    }),
  };
}

/** As many `?` as there are values. */
export function placeholders(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
