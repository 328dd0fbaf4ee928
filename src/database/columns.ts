import { getMetadataArgsStorage } from 'typeorm';

/**
 * The columns of an entity's table, for a SELECT or RETURNING. By name: what `*` means changes with a
 * migration, and statements that are prepared already would fail from then on.
 */
export const columnsOf = (entity: new () => object, alias?: string): string =>
  getMetadataArgsStorage()
    .filterColumns(entity)
    .map(({ propertyName }) => (alias ? `${alias}.${propertyName}` : propertyName))
    .join(', ');
