import { EXAMPLE_ID } from '../http/fields.js';
import { schemaNameOf, type Schema, type Schemas } from './schemas.js';

/** An example made of the examples of the fields; of what may be left out, only what has one of its own. */
export function exampleOf(schema: Schema, schemas: Schemas): unknown {
  if ('$ref' in schema) return exampleOf(schemas[schemaNameOf(schema.$ref)] ?? {}, schemas);
  if (schema.example !== undefined) return schema.example as unknown;
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, schemas))) as object;
  if (schema.oneOf) return exampleOf(schema.oneOf[0] ?? {}, schemas);
  if (schema.enum) return schema.enum[0] as unknown;
  if (schema.type === 'array') return schema.items ? [exampleOf(schema.items, schemas)] : [];
  if (schema.type === 'object') return objectExample(schema, schemas);
  if (schema.format === 'uuid') return EXAMPLE_ID;
  return schema.type === 'string' ? '' : (schema.minimum ?? 0);
}

function objectExample({ properties = {}, required = [] }: SchemaOfObject, schemas: Schemas): object {
  const shown = Object.entries(properties).filter(
    ([name, property]) =>
      required.includes(name) || ('example' in property && property.example !== undefined),
  );
  return Object.fromEntries(shown.map(([name, property]) => [name, exampleOf(property, schemas)]));
}

interface SchemaOfObject {
  properties?: Schemas;
  required?: string[];
}
