import type { StreamPosition } from '../events/event-log.js';
import type { AccessSnapshot } from './ports.js';
import type { SubscribePacket } from './subscribe.dto.js';

/** A longer gap is not replayed: reading the history again is cheaper for both sides. */
const REPLAY_AT_MOST = 5_000;

/** What a `subscribe` comes to, before anything is read. */
export interface ResumePlan {
  /** Streams to follow, each from the position that the client has. */
  follow: StreamPosition[];
  /** Of these, those whose position is the client's own, so that its gap has to be replayed. */
  replay: StreamPosition[];
  /** Talks whose gap is not replayed; they are followed from their head. */
  resync: string[];
  /** Talks of `after` that the agent is in no more. */
  left: string[];
}

/** Decides by the contract's section 4 from where each talk is followed. Pure. */
export function planResume(
  { chat_ids, after = new Map(), epoch }: SubscribePacket,
  snapshot: AccessSnapshot,
  isFollowed: (chatId: string) => boolean,
): ResumePlan {
  const followable = new Map(snapshot.followable.map((position) => [position.stream.id, position]));
  const left = [...after.keys()].filter((id) => !followable.has(id));
  const wanted = chat_ids ? new Set(chat_ids) : followable.keys();
  const plan: ResumePlan = { follow: [], replay: [], resync: [], left };
  for (const id of wanted) {
    const head = followable.get(id);
    const seq = after.get(id);
    if (!head || isFollowed(id)) continue;
    if (seq === undefined) {
      plan.follow.push(head);
    } else if (epoch !== snapshot.epoch || seq > head.seq || head.seq - seq > REPLAY_AT_MOST) {
      plan.resync.push(id);
      plan.follow.push(head);
    } else {
      const position = { stream: head.stream, seq };
      plan.follow.push(position);
      if (seq < head.seq) plan.replay.push(position);
    }
  }
  return plan;
}

/** The plan once it is known which gaps are no longer kept. */
export function withoutLost(plan: ResumePlan, lost: StreamPosition[], snapshot: AccessSnapshot): ResumePlan {
  if (lost.length === 0) return plan;
  const ids = new Set(lost.map(({ stream }) => stream.id));
  const heads = new Map(snapshot.followable.map((position) => [position.stream.id, position]));
  return {
    ...plan,
    follow: plan.follow.map((position) =>
      ids.has(position.stream.id) ? (heads.get(position.stream.id) ?? position) : position,
    ),
    resync: [...plan.resync, ...ids],
  };
}
