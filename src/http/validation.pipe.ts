import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { takeShape, type Shape } from './shape.js';

/** Takes bodies and query strings by the shape that the route's parameter has. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !metatype) return value;
    return takeShape(metatype as Shape, value === undefined ? {} : value, type);
  }
}
