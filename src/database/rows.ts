import type { SelectQueryBuilder } from 'typeorm';
import type { Queryable } from './statements.js';

/**
 * The whole rows that a query of TypeORM's builder finds. It runs as any other statement does, alone or in a
 * transaction: prepared, within the same limits, with the same errors and with times in wire form. TypeORM's own
 * `getMany()` makes a `Date` of a time, without its microseconds, and leaves a connection that did not answer in the
 * pool.
 */
export async function rowsOf<Row extends object>(
  queryable: Queryable,
  query: SelectQueryBuilder<Row>,
): Promise<Row[]> {
  const { alias, expressionMap } = query;
  const columns = expressionMap.mainAlias?.metadata.columns ?? [];
  // One text, since TypeORM renames columns that are selected one by one.
  query.select(columns.map(({ propertyName }) => `${alias}.${propertyName}`).join(', '));
  const [sql, values] = query.getQueryAndParameters();
  return queryable.query<Row>(sql, values);
}
