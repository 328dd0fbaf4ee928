import type { Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { Dto } from './dto-metadata.js';

/** `@MessageBody()` of a gateway has the same number as `@Body()` of a route. */
const CHECKED: number[] = [RouteParamtypes.BODY, RouteParamtypes.QUERY];

/**
 * The classes of a method's parameters that take a body, a query string or the payload of a packet.
 * @throws Error for such a parameter without a class
 */
export function dtosOf(owner: Type, method: string): Dto[] {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, owner, method) ?? {}) as Record<
    string,
    { index: number }
  >;
  const types = Reflect.getMetadata('design:paramtypes', owner.prototype as object, method) as
    (Dto | undefined)[] | undefined;
  return Object.entries(parameters)
    .filter(([key]) => CHECKED.includes(Number(key.split(':')[0])))
    .map(([, { index }]) => {
      const type = types?.[index];
      // An interface, or a class imported as a type only, leaves `Object` behind.
      if (!type || type === Object) throw new Error(`${owner.name}.${method} takes a value without a class`);
      return type;
    });
}
