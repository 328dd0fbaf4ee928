import type { SelectQueryBuilder } from 'typeorm';
import { beyondStart, type PageRequest } from '../http/page.js';
import type { Queryable } from './statements.js';
import type { WireTime } from './timestamp.js';

/**
 * The whole rows that a query of TypeORM's builder finds. It runs as any other statement does, alone or in a
 * transaction: prepared, within the same limits, with the same errors and with times in wire form. TypeORM's own
 * `getMany()` makes a `Date` of a time, without its microseconds, and leaves a connection that did not answer in the
 * pool.
 */
export function rowsOf<Row extends object>(
  queryable: Queryable,
  query: SelectQueryBuilder<Row>,
): Promise<Row[]> {
  const [sql, values] = selectColumns(query).getQueryAndParameters();
  return queryable.query<Row>(sql, values);
}

/** Those of one page, and one more for `toPage`. */
export function pageOf<Row extends { id: string; tm_create: WireTime }>(
  queryable: Queryable,
  query: SelectQueryBuilder<Row>,
  page: PageRequest,
): Promise<Row[]> {
  const { order, size, start } = page;
  const [time, id] = [`${query.alias}.tm_create`, `${query.alias}.id`];
  const direction = order === 'asc' ? 'ASC' : 'DESC';
  if (start) {
    const after = beyondStart(page, { time, id }, { time: ':startTime', id: ':startId' });
    query.andWhere(after, { startTime: `${start.time}+00`, startId: start.id });
  }
  const sorted = selectColumns(query).orderBy(time, direction).addOrderBy(id, direction);
  const [sql, values] = sorted.getQueryAndParameters();
  // `limit()` writes the number into the text, and each size would be prepared as a statement of its own.
  return queryable.query<Row>(`${sql} LIMIT $${values.length + 1}`, [...(values as unknown[]), size + 1]);
}

/** As one text, since TypeORM renames columns that are selected one by one. */
function selectColumns<Row extends object>(query: SelectQueryBuilder<Row>): SelectQueryBuilder<Row> {
  const { alias, expressionMap } = query;
  const columns = expressionMap.mainAlias?.metadata.columns ?? [];
  return query.select(columns.map(({ propertyName }) => `${alias}.${propertyName}`).join(', '));
}
