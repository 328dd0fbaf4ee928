import type { OpenAPIObject } from '@nestjs/swagger';

type Components = NonNullable<OpenAPIObject['components']>;
export type Schemas = NonNullable<Components['schemas']>;
export type Schema = Schemas[string];

const PREFIX = '#/components/schemas/';

export const schemaRef = (name: string): { $ref: string } => ({ $ref: PREFIX + name });

export const schemaNameOf = ($ref: string): string => $ref.slice(PREFIX.length);

/** Nothing that is not written down is sent or taken. */
export function close(schemas: Schemas): void {
  for (const schema of Object.values(schemas)) {
    if (!('$ref' in schema) && schema.type === 'object') schema.additionalProperties ??= false;
  }
}

/** Those of the schemas that a part of a document needs, and what these need in turn. */
export function neededBy(part: unknown, all: Schemas): Schemas {
  const needed: Schemas = {};
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const inner of Object.values(value)) visit(inner);
    if (!('$ref' in value) || typeof value.$ref !== 'string' || !value.$ref.startsWith(PREFIX)) return;
    const name = schemaNameOf(value.$ref);
    const schema = all[name];
    if (!schema) throw new Error(`the documents name a schema that is not there: ${name}`);
    if (name in needed) return;
    needed[name] = schema;
    visit(schema);
  };
  visit(part);
  return needed;
}
