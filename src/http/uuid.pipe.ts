import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { DomainError } from '../errors/domain-error.js';
import { isUuid } from './uuid.js';

/** A UUID in the path, taken in lower case. */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  transform(value: string, metadata: ArgumentMetadata): string {
    if (!isUuid(value)) throw DomainError.invalid(metadata.data ?? 'id', 'must be a UUID');
    return value.toLowerCase();
  }
}
