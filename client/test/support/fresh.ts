import { isDeepStrictEqual } from 'node:util';
import { MESSAGES, listAll, messagesOf, participantsOf, readTalk } from '../../../test/support/builders.js';
import { eventually } from '../../../test/support/eventually.js';
import type { TestAgent } from '../../../test/support/world.js';
import type { TalkView } from '../../src/talk-view.js';
import type { Message, Participant, Talk } from '../../src/types.js';

interface Shown {
  talk: Talk;
  participants: Participant[];
  messages: Message[];
  threads: Message[][];
}

/** What a view shows, as it would come over the wire. */
const shownBy = (view: TalkView, parents: string[] = []): Shown =>
  JSON.parse(
    JSON.stringify({
      talk: view.talk,
      participants: view.participants,
      messages: view.messages,
      threads: parents.map((parent) => view.thread(parent)),
    }),
  ) as Shown;

/** The same, read anew by whoever is in the talk. */
async function fresh(
  reader: TestAgent,
  talk: Pick<Talk, 'id'>,
  oldest = 0,
  parents: string[] = [],
): Promise<Shown> {
  return {
    talk: await readTalk(reader, talk),
    participants: await participantsOf(reader, talk),
    messages: (await listAll<Message>(reader, `${MESSAGES}?chat_id=${talk.id}`, 100)).filter(
      ({ seq }) => seq >= oldest,
    ),
    threads: await Promise.all(parents.map((id) => messagesOf(reader, talk, { id }))),
  };
}

/** Resolves once a view shows what a fresh snapshot does; what differs then is in the failure. */
export async function untilCurrent(
  view: TalkView,
  reader: TestAgent,
  talk: Pick<Talk, 'id'>,
  parents: string[] = [],
): Promise<void> {
  let truth: Shown | undefined;
  // A view that was read anew may have more than before.
  const oldest = (): number => (view.hasOlder ? (view.messages[0]?.seq ?? 0) : 0);
  await eventually(
    async () => (truth = await fresh(reader, talk, oldest(), parents)),
    (seen) => isDeepStrictEqual(shownBy(view, parents), seen),
  ).catch(() => undefined);
  expect(shownBy(view, parents)).toEqual(truth);
}
