import { ChatResource } from '../chats/chat.presenter.js';
import { ParticipantResource } from '../chats/participant.presenter.js';
import type { WireTime } from '../database/timestamp.js';
import type { ClientEventType } from '../events/event.js';
import { MessageResource, ReactionChange } from '../messages/message.presenter.js';

/** The `data` of each event. */
export interface EventData extends Record<ClientEventType, object> {
  message_created: MessageResource;
  message_updated: MessageResource;
  message_deleted: MessageResource;
  reaction_added: ReactionChange;
  reaction_removed: ReactionChange;
  participant_joined: ParticipantResource;
  participant_left: ParticipantResource;
  chat_updated: ChatResource;
  chat_closed: ChatResource;
  chat_reopened: ChatResource;
  chat_deleted: ChatResource;
  chat_joined: ChatResource;
  chat_left: ParticipantResource;
}

/** An event of this type as it is emitted under its name; of any, where none is given. */
export type ClientEvent<Type extends ClientEventType = ClientEventType> = {
  [One in Type]: { type: One; chat_id: string; seq: number; tm_create: WireTime; data: EventData[One] };
}[Type];

/** What an event tells and brings. */
export interface EventNote<Data extends object = object> {
  summary: string;
  data: new () => Data;
}

/** Every event that clients are sent. */
export const EVENTS: { [Type in ClientEventType]: EventNote<EventData[Type]> } = {
  message_created: { summary: 'A message was sent.', data: MessageResource },
  message_updated: { summary: 'A message was edited.', data: MessageResource },
  message_deleted: { summary: 'A message was deleted; what remains of it.', data: MessageResource },
  reaction_added: { summary: 'An agent reacted to a message.', data: ReactionChange },
  reaction_removed: { summary: 'An agent took a reaction away.', data: ReactionChange },
  participant_joined: { summary: 'An agent joined the talk.', data: ParticipantResource },
  participant_left: {
    summary: 'An agent left the talk; the last of the talk that it sees.',
    data: ParticipantResource,
  },
  chat_updated: { summary: "The talk's name or detail changed.", data: ChatResource },
  chat_closed: { summary: 'The talk was closed.', data: ChatResource },
  chat_reopened: { summary: 'The talk was reopened.', data: ChatResource },
  chat_deleted: { summary: 'The talk was deleted; its last event.', data: ChatResource },
  chat_joined: {
    summary: "To my own sockets: I am in this talk now. `seq` is the talk's just before.",
    data: ChatResource,
  },
  chat_left: {
    summary: 'To my own sockets: I am in this talk no more. `seq` is that of my `participant_left`.',
    data: ParticipantResource,
  },
};
