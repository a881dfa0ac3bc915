/** The tables and their columns, from the entities. */
import { createOrm } from '../../src/database/orm.ts';
import { table } from './table.ts';

export async function tableReference(): Promise<string> {
  const orm = createOrm('postgresql://127.0.0.1:1/none', 'none', 1);
  try {
    const rows = [...orm.getMetadata().getAll().values()].map(({ tableName, props }) => [
      `\`${tableName}\``,
      props
        .filter(({ persist }) => persist !== false)
        .flatMap(({ fieldNames, columnTypes, nullable }) =>
          fieldNames.map((name, index) => `\`${name}\` ${columnTypes[index]}${nullable === true ? '?' : ''}`),
        )
        .join(', '),
    ]);
    return table(
      ['table', 'columns; `?` may be null'],
      rows.toSorted(([a = ''], [b = '']) => a.localeCompare(b)),
    );
  } finally {
    await orm.close();
  }
}
