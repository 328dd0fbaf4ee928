import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';

/** Documents are looked at field by field. */
type Document = any;

/** What a checked answer is known by. */
interface Exchange {
  method: string;
  path: string;
  status: number;
  contentType: string;
  body: unknown;
}

interface Route {
  template: string;
  pattern: RegExp;
}

const OPENAPI = 'openapi.json';
const ASYNCAPI = 'asyncapi.json';
const PROBLEM = '/components/schemas/Problem';
const VERSION = /^\/v1\.0(?=\/)/;

let loading: Promise<Conformance> | undefined;

/** The checks against what this replica says of itself; every replica of a test file says the same. */
export function conformance(url: string): Promise<Conformance> {
  loading ??= Conformance.load(url).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Holds what a test sees against the documents; throws where they do not tell of it. */
export class Conformance {
  private readonly ajv = new Ajv2020({ strict: false, validateSchema: false, formats: fullFormats });
  private readonly routes: Route[];

  private constructor(
    private readonly openapi: Document,
    private readonly asyncapi: Document,
  ) {
    this.ajv.addSchema({ $id: OPENAPI, ...openapi }).addSchema({ $id: ASYNCAPI, ...asyncapi });
    // What is written out goes before what has a placeholder.
    this.routes = Object.keys(openapi.paths as object)
      .toSorted((a, b) => a.split('{').length - b.split('{').length)
      .map((template) => ({
        template,
        pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}/?$`),
      }));
  }

  static async load(url: string): Promise<Conformance> {
    const [openapi, asyncapi] = await Promise.all(
      [OPENAPI, ASYNCAPI].map(async (name) => (await fetch(`${url}/${name}`)).json()),
    );
    return new Conformance(openapi, asyncapi);
  }

  /** A call that no route matches has to be refused; any other has an answer that its route tells of. */
  checkAnswer(exchange: Exchange): void {
    const { method, status, contentType, body } = exchange;
    const path = (exchange.path.split(/[?#]/)[0] ?? '').replace(VERSION, '');
    const template = this.routes.find(({ pattern }) => pattern.test(path))?.template;
    const operation = template && this.openapi.paths[template][method.toLowerCase()];
    const seen = `${method} ${exchange.path}: ${status}`;
    if (!operation) {
      if (status !== 400 && status !== 404) throw new Error(`the documents know no such route: ${seen}`);
      return this.check(OPENAPI, PROBLEM, body, seen);
    }
    const media = contentType.split(';')[0] ?? '';
    if (!operation.responses[status]?.content?.[media]) {
      throw new Error(`the documents know no such answer: ${seen} ${media} ${JSON.stringify(body)}`);
    }
    const place = ['paths', template, method.toLowerCase(), 'responses', status, 'content', media, 'schema'];
    this.check(OPENAPI, pointer(place), body, seen);
  }

  checkEvent(name: string, event: unknown): void {
    if (this.asyncapi.operations[name]?.action !== 'send') {
      throw new Error(`the documents know no such event: ${name}`);
    }
    this.check(ASYNCAPI, pointer(['components', 'messages', name, 'payload']), event, name);
  }

  /** Of a packet that Talk does not know, the ack has to be a refusal. */
  checkAck(packet: string, ack: unknown): void {
    if (this.asyncapi.operations[packet]?.action === 'receive') {
      const place = ['components', 'messages', `${packet}_ack`, 'payload'];
      return this.check(ASYNCAPI, pointer(place), ack, `ack of ${packet}`);
    }
    this.checkProblem((ack as { error?: unknown }).error, `ack of ${packet}`);
  }

  checkProblem(problem: unknown, seen: string): void {
    this.check(OPENAPI, PROBLEM, problem, seen);
  }

  /** Compiles a schema when it is first needed; ajv keeps it. */
  private check(document: string, place: string, value: unknown, seen: string): void {
    const validate = this.ajv.getSchema(`${document}#${place}`) as ValidateFunction | undefined;
    if (!validate) throw new Error(`${document} has no schema at ${place}`);
    if (validate(value)) return;
    const wrong = this.ajv.errorsText(validate.errors, { dataVar: 'body' });
    throw new Error(`not as ${document} tells: ${seen}: ${wrong}; ${JSON.stringify(value)}`);
  }
}

/** A JSON pointer, in the form that a URI's fragment has. */
const pointer = (place: (string | number)[]): string =>
  place
    .map((part) => `/${encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('');
