import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { ErrorCode } from '../errors/domain-error.js';

/** Where a route notes what the documents make responses of; gone from what is served. */
export const REFUSALS = 'x-refusals';

/** Notes on a route that anyone may call it; gone from what is served. */
export const PUBLIC_ROUTE = 'x-public';

/** Says what a route does and answers, and its refusals beside those that every route shares. */
export const Answers = (
  summary: string,
  answer: (new () => object) | [new () => object],
  ...refusals: ErrorCode[]
): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary }),
    ApiOkResponse({ type: answer, description: 'Done.' }),
    ApiExtension(REFUSALS, refusals),
  );

/** Says what else than a problem a route answers with another status; replaces a refusal that it shares. */
export const AnswersToo = <Answer extends object>(
  status: number,
  description: string,
  type: new () => Answer,
  example: Answer,
): MethodDecorator => ApiResponse({ status, description, type, example });
