import {
  Injectable,
  type ArgumentMetadata,
  type OnModuleInit,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Dto } from './dto-metadata.js';
import { dtosOf } from './dto-parameters.js';
import { planOf } from './validation-plan.js';

/** Takes bodies, query strings and payloads of packets as the DTO of the parameter says. */
@Injectable()
export class ValidationPipe implements PipeTransform, OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /**
   * Compiles the plan of every DTO, so that the first call is as fast as any other.
   * @throws Error for a DTO that cannot be compiled; it aborts start-up
   */
  onModuleInit(): void {
    for (const { metatype } of [...this.discovery.getControllers(), ...this.discovery.getProviders()]) {
      // A factory of a provider has no prototype.
      if (!metatype?.prototype) continue;
      for (const method of this.scanner.getAllMethodNames(metatype.prototype as object)) {
        dtosOf(metatype as Type, method).forEach(planOf);
      }
    }
  }

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !metatype) return value;
    return planOf(metatype as Dto).take(value === undefined ? {} : value, type);
  }
}
