import fc from 'fast-check';
import { readPublication, RespSplitter, writePublication, type Publication } from './resp.js';

const OTHERS = [
  '+OK\r\n',
  '-ERR no such thing\r\n',
  ':42\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '*0\r\n',
  '$5\r\na\r\nbc\r\n',
  '*3\r\n$9\r\nsubscribe\r\n$4\r\ntalk\r\n:1\r\n',
  '*2\r\n*1\r\n:1\r\n$0\r\n\r\n',
];

const publication = fc.record({
  channel: fc.string({ unit: 'grapheme' }),
  text: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\r\n', '*3\r\n$7\r\nmessage\r\n')),
});
const reply = fc.oneof(
  fc.constantFrom(...OTHERS).map((text) => Buffer.from(text)),
  publication.map(writePublication),
);

it('splits replies the same however they were cut on their way', () => {
  fc.assert(
    fc.property(
      fc.array(reply, { maxLength: 10 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
      (replies, sizes) => {
        const splitter = new RespSplitter();
        const bytes = Buffer.concat(replies);
        const split: Buffer[] = [];
        for (let start = 0; start < bytes.length;) {
          const size = sizes.next().value as number;
          split.push(...splitter.take(bytes.subarray(start, start + size)));
          start += size;
        }
        expect(split.map(String)).toEqual(replies.map(String));
      },
    ),
  );
});

it('reads a publication as it was written, and nothing else as one', () => {
  fc.assert(
    fc.property(publication, (written: Publication) => {
      expect(readPublication(writePublication(written))).toEqual(written);
    }),
  );
  expect(OTHERS.map((text) => readPublication(Buffer.from(text)))).toEqual(OTHERS.map(() => undefined));
});
