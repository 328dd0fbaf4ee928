import { readdirSync } from 'node:fs';
import 'reflect-metadata';
import {
  getMetadataStorage,
  IsEmail,
  registerDecorator,
  validateSync,
  ValidateIf,
  type ValidationError,
} from 'class-validator';
import fc from 'fast-check';
import type { FieldError } from '../src/errors/domain-error.js';
import { itemTypeOf, normalizerOf, partsNamerOf, type Dto } from '../src/http/validation/dto-metadata.js';
import { planOf } from '../src/http/validation/validation-plan.js';
import { ArrayOf, StorableText } from '../src/http/validators.js';

type Body = Record<string, unknown>;

const SRC = new URL('../src/', import.meta.url);

for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
  if (/\.(dto|gateway)\.ts$/.test(file)) await import(new URL(file, SRC).pathname);
}

/** Every class that has rules. */
const DTOS = [...((getMetadataStorage() as any).validationMetadatas as Map<Dto, unknown>).keys()];

const rulesOf = (dto: Dto) => getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);

const fieldsOf = (dto: Dto): string[] => [...new Set(rulesOf(dto).map(({ propertyName }) => propertyName))];

const WORDS = DTOS.flatMap((dto) =>
  rulesOf(dto).flatMap(({ name, constraints }) => (name === 'isIn' ? (constraints[0] as string[]) : [])),
);

/** Errors in one refusal; of more, the first. */
const NAMED_AT_MOST = 20;

const A_UUID = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';

/** The lengths at which some rule turns. */
const LENGTHS = [0, 1, 2, 7, 8, 64, 65, 100, 101, 128, 129, 255, 256, 4000, 4001, 10_000, 10_001];

/** The values about which some rule decides: each is right for one field or another, or nearly so. */
const VALUES: unknown[] = [
  ...[null, true, false, {}, [], [null], [[]], { length: 1 }],
  ...[-1, 0, 1, 1.5, 100, 101, 315_360_000, 315_360_001, Number.MAX_SAFE_INTEGER, 2 ** 53, Infinity, NaN],
  ...['0', '1', '100', '101', '007', '-1', '1e2', '999999999999999', '9999999999999999', ' 1'],
  ...LENGTHS.flatMap((length) => ['x'.repeat(length), '👍'.repeat(length)]),
  ...['\0', '\ud800', 'a\udc00', 'NORMAL', ' active', ...WORDS],
  ...[A_UUID, A_UUID.toUpperCase()],
  ...['ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-f000-0000-000000000000'],
  ...['f47ac10b-58cc-4372-a567-0e02b2c3d47', 'f47ac10b58cc4372a5670e02b2c3d479\n', '{f47ac10b}'],
  ...[[A_UUID], [A_UUID.toUpperCase(), 'x'], { [A_UUID]: 1 }, { [A_UUID]: -1 }, { x: 1 }],
  ...['https://files.example.com/a.png', 'HTTP://x', 'ftp://x/y', 'https://', 'https://a b', 'javascript:1'],
  ...['image/png', 'text/plain; charset=utf-8', 'image', 'image/', '/png', 'image/png;'],
  ...['👍', '👍🏽', '❤', ':+1:', '+1', ':+1', 'thumbs up', '👍👍'],
];

const errorsOf = (dto: Dto, body: unknown): FieldError[] => {
  try {
    planOf(dto).take(body, 'body');
    return [];
  } catch (error) {
    return (error as { fields: FieldError[] }).fields;
  }
};

/** What a field holds, where it is looked at alone. */
const soundFor = (dto: Dto, name: string): fc.Arbitrary<unknown> =>
  fc.constantFrom(
    ...VALUES.filter((value) => !errorsOf(dto, { [name]: value }).some(({ path }) => path.startsWith(name))),
  );

/** Anything for a field, and more often than by chance what it holds. */
function valueFor(dto: Dto, name: string): fc.Arbitrary<unknown> {
  const any = fc.constantFrom(...VALUES);
  const items = itemTypeOf(dto.prototype as object, name);
  const item = items ? fc.oneof({ weight: 6, arbitrary: bodyFor(items) }, any) : any;
  return fc.oneof(
    { weight: 3, arbitrary: soundFor(dto, name) },
    { weight: 2, arbitrary: fc.array(item, { maxLength: 22, size: 'max' }) },
    { weight: 2, arbitrary: any },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
}

/** Some of the fields with such values. */
const someFields = (dto: Dto, value: typeof valueFor): fc.Arbitrary<Body> =>
  fc.record(Object.fromEntries(fieldsOf(dto).map((name) => [name, value(dto, name)])), { requiredKeys: [] });

/** Sound bodies, broken ones, and such with a field that may not be declared. */
const bodyFor = (dto: Dto): fc.Arbitrary<Body> =>
  fc.oneof(
    someFields(dto, soundFor),
    someFields(dto, valueFor),
    fc
      .tuple(fc.constantFrom('surprise', 'Text', 'chat_id', 'message_id', ''), someFields(dto, valueFor))
      .map(([name, fields]) => ({ [name]: 1, ...fields })),
  );

const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The normalized body as class-validator asks for it: instances of the classes, all the way down. */
function instanceOf(dto: Dto, body: Body): object {
  const prototype = dto.prototype as object;
  const instance = new dto() as Body;
  for (const [name, given] of Object.entries(body)) {
    const normalize = normalizerOf(prototype, name);
    const value = normalize ? normalize(given) : given;
    const type = itemTypeOf(prototype, name);
    // class-validator looks into arrays of arrays, which the plan takes for no objects.
    const itemOf = (item: unknown) => (isBody(item) && type ? instanceOf(type, item) : 'no object');
    instance[name] = type && Array.isArray(value) ? value.map(itemOf) : value;
  }
  return instance;
}

const flat = (errors: ValidationError[], prefix = ''): FieldError[] =>
  errors.flatMap(({ property, constraints = {}, children = [] }) => [
    ...Object.entries(constraints).map(([rule, message]) => ({
      path: prefix + property,
      message: rule === 'whitelistValidation' ? 'is not a known field' : message,
    })),
    ...flat(children, `${prefix}${property}.`),
  ]);

const errorsOfLibrary = (dto: Dto, body: Body): FieldError[] =>
  flat(
    validateSync(instanceOf(dto, body), {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
    }),
  );

/** What is wrong with each field; of one that names its wrong parts, that there are some: paths within are the plan's. */
const failingFields = (dto: Dto, errors: FieldError[]): Set<string> =>
  new Set(
    errors.map(({ path, message }) => {
      const [field = ''] = path.split('.');
      return partsNamerOf(dto.prototype as object, field) ? field : `${path} ${message}`;
    }),
  );

describe('a compiled plan', () => {
  it('knows the DTOs of routes and packets', () => {
    expect(DTOS.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'LoginDto',
        'CreateMessageDto',
        'MediaDto',
        'ListMessagesQuery',
        'ReactionDto',
      ]),
    );
  });

  describe.each(DTOS.map((dto) => [dto.name, dto] as const))('of %s', (_name, dto) => {
    it('refuses the fields that class-validator refuses, in the same words', () => {
      let accepted = 0;
      fc.assert(
        fc.property(bodyFor(dto), (body) => {
          const errors = errorsOf(dto, body);
          if (errors.length === 0) accepted += 1;
          const expected = failingFields(dto, errorsOfLibrary(dto, body));
          if (errors.length < NAMED_AT_MOST) expect(failingFields(dto, errors)).toEqual(expected);
          else expect([...expected]).toEqual(expect.arrayContaining([...failingFields(dto, errors)]));
        }),
        { numRuns: 200 },
      );
      expect(accepted).toBeGreaterThan(0);
    });

    it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('refuses %s as a field', (name) => {
      const body = JSON.parse(`{"${name}":{}}`) as unknown;
      expect(errorsOf(dto, body)).toContainEqual({ path: name, message: 'is not a known field' });
    });
  });

  it('tells what a rule of the library says, without the name that is in the path', () => {
    class Subscriber {
      @IsEmail()
      email: string;
    }
    expect(errorsOf(Subscriber, { email: 1 })).toEqual([{ path: 'email', message: 'must be an email' }]);
  });

  it('looks at the other fields, normalized, where a condition asks for them', () => {
    class Either {
      @ValidateIf((body: Either) => body.other === undefined)
      @StorableText({ max: 1 })
      one?: string;

      @ValidateIf((body: Either) => body.one === undefined)
      @StorableText({ max: 1 })
      other?: string;
    }
    expect(errorsOf(Either, { one: 'x' })).toEqual([]);
    expect(errorsOf(Either, {}).map(({ path }) => path)).toEqual(['one', 'other']);
  });

  it('is not made of what cannot be checked at once and always', () => {
    const asynchronous = (prototype: object, name: string): void =>
      registerDecorator({
        target: prototype.constructor,
        propertyName: name,
        async: true,
        validator: { validate: () => Promise.resolve(true) },
      });
    class Asynchronous {
      @asynchronous
      email: string;
    }
    class Grouped {
      @IsEmail({}, { groups: ['a group'] })
      email: string;
    }
    class Ruleless {
      @ValidateIf(() => true)
      email: string;
    }
    class Outer {
      @ArrayOf(() => Grouped)
      items: Grouped[];
    }
    expect(() => planOf(Asynchronous)).toThrow('Asynchronous.email cannot be validated: async rules');
    expect(() => planOf(Grouped)).toThrow('Grouped.email cannot be validated: groups');
    expect(() => planOf(Ruleless)).toThrow('Ruleless.email cannot be validated: it has no rule');
    expect(() => planOf(Outer)).toThrow('Grouped.email');
    expect(() => planOf(class Nothing {})).toThrow('Nothing is not a DTO');
  });
});
