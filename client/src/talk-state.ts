import type { Message, Talk, TalkEvent } from './types.js';

/** A talk after an event; as it was where the talk was read after that. */
export function talkAfter(talk: Talk, event: TalkEvent): Talk {
  const { seq } = event;
  if (seq <= talk.seq) return talk;
  switch (event.type) {
    case 'chat_updated':
    case 'chat_closed':
    case 'chat_reopened':
    case 'chat_deleted':
      return { ...event.data, member_count: talk.member_count, seq };
    case 'participant_joined':
      return { ...talk, member_count: talk.member_count + 1, seq };
    case 'participant_left':
      return { ...talk, member_count: talk.member_count - 1, seq };
    case 'chat_joined':
    case 'chat_left':
      // Of my own, beside the talk's: their seq is another event's.
      return talk;
    default:
      return { ...talk, seq };
  }
}

/** A message after an event that concerns it; `undefined` where none of it changes. */
export function messageAfter(message: Message, event: TalkEvent): Message | undefined {
  switch (event.type) {
    case 'message_created':
      if (event.data.parent_id !== message.id) return undefined;
      return { ...message, reply_count: message.reply_count + 1 };
    case 'message_updated':
    case 'message_deleted':
      return event.data.id === message.id ? event.data : undefined;
    case 'reaction_added':
    case 'reaction_removed':
      return event.data.message_id === message.id ? reacted(message, event) : undefined;
    default:
      return undefined;
  }
}

function reacted(message: Message, event: TalkEvent<'reaction_added' | 'reaction_removed'>): Message {
  const { message_id: _, ...reaction } = event.data;
  const others = message.metadata.reactions.filter(
    ({ owner_id, tm_create }) => owner_id !== reaction.owner_id || tm_create !== reaction.tm_create,
  );
  const reactions = event.type === 'reaction_added' ? [...others, reaction] : others;
  return { ...message, metadata: { ...message.metadata, reactions }, tm_update: event.tm_create };
}

/** The messages that an event may change: itself and its parent. */
export function concerned(event: TalkEvent): (string | undefined)[] {
  switch (event.type) {
    case 'message_created':
      return [event.data.parent_id];
    case 'message_updated':
    case 'message_deleted':
      return [event.data.id];
    case 'reaction_added':
    case 'reaction_removed':
      return [event.data.message_id];
    default:
      return [];
  }
}
