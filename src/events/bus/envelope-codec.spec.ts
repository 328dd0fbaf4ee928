import type { Envelope } from '../event.js';
import { decodeEnvelope, encodeEnvelope } from './envelope-codec.js';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const envelope: Envelope = {
  kind: 'chat',
  stream_id: '7f4df2f5-5d45-4b2e-8c3c-1f7a3e0c1d11',
  seq: 7,
  type: 'message_created',
  tm_create: '2024-01-17 10:30:00.000000',
  payload: { text: 'Hello' },
};

describe('a publication', () => {
  it('holds the envelope and nothing of its origin', () => {
    const text = encodeEnvelope({ ...envelope, origin: { requestId: 'a-request', traceparent: TRACE } });
    expect(JSON.parse(text)).toEqual(envelope);
    expect(decodeEnvelope(text)).toEqual(envelope);
  });

  it('tells what to go on from where it is traced', () => {
    expect(decodeEnvelope(encodeEnvelope(envelope, TRACE))).toEqual({
      ...envelope,
      origin: { traceparent: TRACE },
    });
  });

  it.each<unknown>([
    '',
    'garbage',
    null,
    7,
    {},
    [TRACE],
    TRACE.toUpperCase(),
    TRACE.slice(0, -1),
    `${TRACE}-more`,
    `${TRACE}\n`,
    TRACE.replace('00-', '01-'),
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  ])('is garbage with the trace %j', (trace) => {
    expect(decodeEnvelope(JSON.stringify({ ...envelope, trace }))).toBeUndefined();
  });
});
