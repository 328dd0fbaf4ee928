import fc from 'fast-check';
import { ViewState } from '../src/view-state.js';
import { ModelTalk, type Change } from './support/model-talk.js';

type Step =
  | { kind: 'change'; change: Change }
  /** The view is given the next events. */
  | { kind: 'deliver'; count: number }
  /** A snapshot is asked for; the server answers it at some later step, and the answer comes later still. */
  | { kind: 'ask'; what: 'talk' | 'participants' | 'older' | 'thread'; pick: number }
  | { kind: 'answer'; pick: number }
  | { kind: 'arrive'; pick: number };

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(
    ...(['send', 'reply', 'edit', 'delete', 'react', 'unreact', 'add', 'remove', 'close', 'rename'] as const),
  ),
  pick: fc.nat(20),
});
const pick = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('change' as const), change }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('deliver' as const), count: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      what: fc.constantFrom(...(['talk', 'participants', 'older', 'thread'] as const)),
      pick,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('answer' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('arrive' as const), pick }) },
);

/** A snapshot on its way. */
interface Read {
  answer: () => void;
  arrive: () => void;
  done: Promise<unknown>;
}

/** A view of a model, with snapshots that are asked for, answered and received whenever a step says so. */
class Run {
  readonly model = new ModelTalk();
  readonly view = new ViewState();
  readonly threads = new Set<string>();
  private readonly asked: Read[] = [];
  private readonly answered: Read[] = [];
  private delivered = 0;
  private isReadingOlder = false;

  async step(one: Step): Promise<void> {
    if (one.kind === 'change') this.model.change(one.change);
    if (one.kind === 'deliver') this.deliver(one.count);
    if (one.kind === 'ask') this.ask(one.what, one.pick);
    if (one.kind === 'answer') this.answer(one.pick);
    if (one.kind === 'arrive') await this.arrive(one.pick);
  }

  async finish(): Promise<void> {
    while (this.asked.length > 0) this.answer(0);
    while (this.answered.length > 0) await this.arrive(0);
    this.deliver(Infinity);
  }

  ask(what: 'talk' | 'participants' | 'older' | 'thread', pick: number): void {
    const { model, view } = this;
    if (what === 'talk')
      this.read(
        () => model.talk,
        (talk) => view.setTalk(talk),
      );
    if (what === 'participants')
      this.read(
        () => model.members,
        (all) => view.setParticipants(all),
      );
    if (what === 'older' && view.hasOlder && !this.isReadingOlder) this.askOlder();
    if (what === 'thread') {
      const id = `message ${pick}`;
      this.threads.add(id);
      this.read(
        () => model.thread(id),
        (page) => view.add(page.result, page.seq),
      );
    }
  }

  private askOlder(): void {
    this.isReadingOlder = true;
    const { oldest } = this.view;
    this.read(
      () => this.model.page({ before: oldest, size: 5 }),
      (page) => {
        this.isReadingOlder = false;
        this.view.addOlder(page, page.result.length < 5);
      },
    );
  }

  private read<Snapshot>(take: () => Snapshot, merge: (snapshot: Snapshot) => void): void {
    let snapshot: Snapshot;
    let arrive = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrive = resolve));
    const done = this.view.reading(() => arrival.then(() => snapshot), merge);
    this.asked.push({ answer: () => (snapshot = take()), arrive, done });
  }

  private answer(pick: number): void {
    const [read] = this.asked.splice(pick % Math.max(1, this.asked.length), 1);
    if (!read) return;
    read.answer();
    this.answered.push(read);
  }

  private async arrive(pick: number): Promise<void> {
    const [read] = this.answered.splice(pick % Math.max(1, this.answered.length), 1);
    read?.arrive();
    await read?.done;
  }

  private deliver(count: number): void {
    const next = this.model.events.slice(this.delivered, this.delivered + count);
    this.delivered += next.length;
    for (const event of next) this.view.apply(event);
  }
}

it('whenever snapshots are read and events come, a view ends as a snapshot would', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 15 }),
      fc.array(step, { maxLength: 60 }),
      async (before, steps) => {
        const run = new Run();
        for (const one of before) run.model.change(one);
        for (const what of ['participants', 'talk', 'older'] as const) run.ask(what, 0);
        for (const one of steps) await run.step(one);
        await run.finish();
        const { model, view } = run;
        expect(view.talk).toEqual(model.talk);
        expect(view.participants).toEqual(model.members);
        expect(view.messages).toEqual(model.from(view.hasOlder ? view.oldest : 0));
        for (const id of run.threads) expect(view.thread(id)).toEqual(model.thread(id).result);
      },
    ),
    { numRuns: 3_000 },
  );
});
