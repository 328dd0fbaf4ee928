import type { Writable } from 'node:stream';
import fc from 'fast-check';
import * as ws from 'ws';
import { textFrame } from './event-frame.js';

/** What `ws` reads frames with; its types leave it out. */
const { Receiver } = ws as unknown as { Receiver: new () => Writable };

/** What a WebSocket reads from these bytes, its messages as text. */
function read(bytes: Buffer): string[] {
  const texts: string[] = [];
  const receiver = new Receiver();
  receiver.on('message', (data: Buffer) => texts.push(data.toString()));
  receiver.write(bytes);
  return texts;
}

it('is read as the text it was made of, whatever the text', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (texts) => {
      // Messages in one write are handed out one a turn, so only the first is there at once.
      expect(read(Buffer.concat(texts.map(textFrame)))[0]).toBe(texts[0]);
    }),
  );
});

it.each([0, 1, 125, 126, 127, 65_535, 65_536, 300_000])('is read whole with %d bytes', (length) => {
  expect(read(textFrame('x'.repeat(length)))).toEqual(['x'.repeat(length)]);
});
