import { Param } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { EXAMPLE_ID } from './fields.js';
import { UuidPipe } from './uuid.pipe.js';

/** A UUID in the path, checked, and documented as one. */
export const UuidParam =
  (name: string): ParameterDecorator =>
  (target, key, index) => {
    Param(name, UuidPipe)(target, key, index);
    const method = key && Object.getOwnPropertyDescriptor(target, key);
    if (method)
      ApiParam({ name, schema: { type: 'string', format: 'uuid' }, example: EXAMPLE_ID })(
        target,
        key,
        method,
      );
  };
