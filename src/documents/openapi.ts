import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { ErrorCode } from '../errors/domain-error.js';
import { PUBLIC_ROUTE, REFUSALS } from '../http/answers.decorator.js';
import { Problem } from '../http/problem.js';
import { exampleOf } from './examples.js';
import { HEADERS, headersOf } from './headers.js';
import { refusalResponses } from './refusals.js';
import { close, neededBy, type Schemas } from './schemas.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & {
  [REFUSALS]?: ErrorCode[];
  [PUBLIC_ROUTE]?: true;
};

const METHODS = ['get', 'post', 'put', 'delete', 'patch'] as const;

/** What is the same whatever the routes are. */
const frame = (): ReturnType<DocumentBuilder['build']> =>
  new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Talk')
    .setDescription('Chat for agents: REST in, Socket.IO push out. What is pushed is in `/asyncapi.json`.')
    .setVersion('1.0')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addServer('/')
    .addServer('/v1.0', 'The same')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A JWT or an access key.' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'query', name: 'token', description: 'The same.' }, 'token')
    .addApiKey({ type: 'apiKey', in: 'query', name: 'accesskey', description: 'The same.' }, 'accesskey')
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('token')
    .addSecurityRequirements('accesskey')
    .build();

/** The OpenAPI document of the routes, and the schemas of these and of the models beside them. */
export function buildOpenApi(
  app: INestApplication,
  models: (new () => object)[],
): { openapi: OpenAPIObject; schemas: Schemas } {
  const document = SwaggerModule.createDocument(app, frame(), {
    extraModels: [Problem, ...models],
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}_${method}`,
  });
  const schemas = document.components?.schemas ?? {};
  close(schemas);
  completeOperations(document, schemas);
  document.components = {
    ...document.components,
    headers: HEADERS,
    schemas: neededBy(document.paths, schemas),
  };
  return { openapi: document, schemas };
}

function completeOperations({ paths }: OpenAPIObject, schemas: Schemas): void {
  const seen = new Set<string>();
  for (const path of Object.values(paths)) {
    for (const method of METHODS) {
      const operation: Operation | undefined = path[method];
      if (!operation) continue;
      nameOnce(operation, seen);
      addExamples(operation, schemas);
      addRefusals(operation, method === 'get');
    }
  }
}

/** One method serves several paths, and each needs a name of its own. */
function nameOnce(operation: Operation, seen: Set<string>): void {
  const name = operation.operationId ?? '';
  operation.operationId = seen.has(name) ? `${name}_alias` : name;
  seen.add(operation.operationId);
}

function addRefusals(operation: Operation, isReading: boolean): void {
  const isPublic = operation[PUBLIC_ROUTE] ?? false;
  if (isPublic) operation.security = [];
  const refusals = refusalResponses(operation[REFUSALS] ?? [], { isPublic, isReading });
  operation.responses = Object.assign(refusals, operation.responses);
  delete operation[REFUSALS];
  delete operation[PUBLIC_ROUTE];
}

/** Of what is no refusal: the body asked for, and the answers that the route itself tells of. */
function addExamples({ requestBody, responses }: Operation, schemas: Schemas): void {
  const answers = Object.entries(responses);
  for (const [status, answer] of answers) {
    if (answer && !('$ref' in answer)) answer.headers = headersOf(Number(status));
  }
  for (const part of [requestBody, ...answers.map(([, answer]) => answer)]) {
    const media = part && 'content' in part ? part.content?.['application/json'] : undefined;
    if (media?.schema) media.example ??= exampleOf(media.schema, schemas);
  }
}
