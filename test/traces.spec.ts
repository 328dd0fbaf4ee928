import { randomBytes } from 'node:crypto';
import { createTalk, MESSAGES, range } from './support/builders.js';
import { Collector, type CollectedSpan } from './support/collector.js';
import { eventually } from './support/eventually.js';
import { startReplica } from './support/replica.js';
import { World, type TestAgent } from './support/world.js';

const SEND = `POST ${MESSAGES}`;
const AT_ONCE = { OTEL_BSP_SCHEDULE_DELAY: '100' };

let collector: Collector;
let world: World;
let author: TestAgent;
let reader: TestAgent;
beforeAll(async () => {
  collector = await Collector.start();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...AT_ONCE };
  world = await World.create({ replicas: 2, env });
  [author, reader] = await world.agents('Author', 'Reader');
});
afterAll(async () => {
  await world.close();
  collector.stop();
});

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** A caller's own span, which the call goes on from. */
const callerSpan = (flags = '01'): { trace: string; span: string; header: string } => {
  const [trace, span] = [hex(16), hex(8)];
  return { trace, span, header: `00-${trace}-${span}-${flags}` };
};

const send = (chatId: string, traceparent: string): Promise<unknown> =>
  author.api().call('POST', MESSAGES, JSON.stringify({ chat_id: chatId, text: 'Follow this message' }), {
    traceparent,
  });

/** All that was collected of a trace, once there is as much. */
const collected = (trace: string, count: number): Promise<CollectedSpan[]> =>
  eventually(
    () => collector.of(trace),
    (spans) => spans.length >= count,
  );

/** The same, once all of these are among it: each replica sends its own when it likes. */
const collectedOf = (trace: string, ...names: string[]): Promise<CollectedSpan[]> =>
  eventually(
    () => collector.of(trace),
    (spans) => names.every((name) => spans.some((span) => span.name === name)),
  );

const named = (spans: CollectedSpan[], name: string): CollectedSpan[] =>
  spans.filter((span) => span.name === name);
const one = (spans: CollectedSpan[], name: string): CollectedSpan => {
  const found = named(spans, name);
  expect(found.map((span) => span.name)).toEqual([name]);
  return found[0] as CollectedSpan;
};

it('follows a message from its caller over PostgreSQL and Redis to the sockets of each replica', async () => {
  const talk = await createTalk(author, [reader]);
  const followers = [await reader.follow(0), await reader.follow(1)];
  const { trace, span, header } = callerSpan();
  await send(talk.id, header);
  for (const follower of followers) await follower.reach(talk.id, 1);
  const spans = await collected(trace, 5);
  expect(spans).toHaveLength(5);

  const request = one(spans, SEND);
  const transaction = one(spans, 'transaction');
  const publication = one(spans, 'publish');
  expect(request.parent).toBe(span);
  expect(request.attributes).toMatchObject({ 'http.route': MESSAGES, 'http.response.status_code': 200 });
  expect(transaction.parent).toBe(request.id);
  expect(publication.parent).toBe(transaction.id);

  const emits = named(spans, 'emit');
  const [near, far] = [
    emits.find(({ replica }) => replica === request.replica),
    emits.find(({ replica }) => replica !== request.replica),
  ];
  expect(near?.parent).toBe(transaction.id);
  expect(far?.parent).toBe(publication.id);
  const event = { 'talk.stream.kind': 'chat', 'talk.stream.id': talk.id, 'talk.event.seq': 1 };
  for (const { attributes } of [publication, ...emits]) expect(attributes).toMatchObject(event);
  expect(new Set([transaction, publication].map(({ replica }) => replica))).toEqual(
    new Set([request.replica]),
  );
});

it('keeps each call’s own trace where many are written together, linked with their transaction', async () => {
  const talk = await createTalk(author, [reader]);
  const follower = await reader.follow(1);
  const calls = range(1, 40).map(() => callerSpan());
  await Promise.all(calls.map(({ header }) => send(talk.id, header)));
  await follower.reach(talk.id, calls.length);
  const shared = await eventually(
    () => collector.spans.filter(({ name, links }) => name === 'transaction' && links.length > 1),
    (transactions) => transactions.length > 0,
  );
  const [transaction] = shared as [CollectedSpan];
  const requests = await eventually(
    () => collector.spans.filter(({ id, name }) => name === SEND && transaction.links.includes(id)),
    (spans) => spans.length === transaction.links.length,
  );
  expect(transaction.parent).toBeUndefined();
  for (const request of requests) {
    // The first of its talk was written alone, or is in another transaction.
    const spans = await collectedOf(request.trace, 'publish', 'emit');
    const publication = one(spans, 'publish');
    expect(calls.map((call) => call.trace)).toContain(request.trace);
    expect([publication.parent, publication.links]).toEqual([request.id, [transaction.id]]);
    await eventually(
      () => named(collector.of(request.trace), 'emit').map(({ parent }) => parent),
      (parents) => parents.includes(publication.id),
    );
  }
});

it('follows a packet as well', async () => {
  const talk = await createTalk(author, [reader]);
  const follower = await reader.follow(1);
  const client = await author.connect(0);
  await client.emit('message_create', { chat_id: talk.id, text: 'Over a socket' });
  await follower.reach(talk.id, 1);
  const emit = await eventually(
    () =>
      collector.spans.find(
        ({ name, attributes }) => name === 'emit' && attributes['talk.stream.id'] === talk.id,
      ),
    (found) => found !== undefined,
  );
  const spans = await collected(emit?.trace ?? '', 4);
  expect(one(spans, 'transaction').parent).toBe(one(spans, 'packet message_create').id);
});

it('begins a trace of its own where the caller sends none, or garbage', async () => {
  const talk = await createTalk(author, [reader]);
  for (const garbage of ['garbage', callerSpan().header.toUpperCase(), '00-0-0-01']) {
    const before = collector.spans.length;
    await send(talk.id, garbage);
    const request = await eventually(
      () => collector.spans.slice(before).find(({ name }) => name === SEND),
      (found) => found !== undefined,
    );
    expect(request?.parent).toBeUndefined();
  }
});

it('makes nothing of a trace that its caller does not sample', async () => {
  const talk = await createTalk(author, [reader]);
  const [unsampled, sampled] = [callerSpan('00'), callerSpan()];
  await send(talk.id, unsampled.header);
  await send(talk.id, sampled.header);
  await collected(sampled.trace, 3);
  expect(collector.of(unsampled.trace)).toEqual([]);
});

it('holds nobody’s text or token', () => {
  const all = JSON.stringify(collector.spans);
  for (const secret of ['Follow this message', 'Over a socket', author.token])
    expect(all).not.toContain(secret);
});

it('is off without an endpoint, whatever a caller sends', async () => {
  const index =
    world.replicas.push(await startReplica({ ...world.env, OTEL_EXPORTER_OTLP_ENDPOINT: '' })) - 1;
  const { trace, header } = callerSpan();
  const talk = await createTalk(author);
  const body = JSON.stringify({ chat_id: talk.id, text: 'Nobody traces this' });
  await author.api(index).call('POST', MESSAGES, body, { traceparent: header });
  const later = callerSpan();
  await send(talk.id, later.header);
  await collected(later.trace, 3);
  expect(collector.of(trace)).toEqual([]);
});

it('keeps nothing waiting where the collector is away', async () => {
  const away = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', ...AT_ONCE };
  const replica = await startReplica({ ...world.env, ...away });
  const index = world.replicas.push(replica) - 1;
  const talk = await createTalk(author);
  const { status } = await author.api(index).post(MESSAGES, { chat_id: talk.id, text: 'All the same' });
  expect(status).toBe(200);
  const begun = Date.now();
  expect(await replica.stop()).toBe(0);
  expect(Date.now() - begun).toBeLessThan(6_000);
});
