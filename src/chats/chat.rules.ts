import { isAdmin, type Principal } from '../auth/principal.js';
import { DomainError } from '../errors/domain-error.js';
import type { ChatStatus } from './chat.entity.js';

interface ChatFacts {
  customer_id: string;
  owner_id: string;
  status: ChatStatus;
  participates: boolean;
}

/** A deleted talk, an absent one and another customer's cannot be told apart. */
export function requireChat<Facts extends ChatFacts>(
  chat: Facts | undefined,
  caller: { customerId: string },
): Facts {
  if (!isOfCustomer(chat, caller)) throw new DomainError('talk_not_found', 'There is no such talk.');
  return chat;
}

/** The talk that a message is in; where it cannot be found, neither can the message. */
export function requireChatOfMessage<Facts extends ChatFacts>(
  chat: Facts | undefined,
  caller: { customerId: string },
): Facts {
  if (!isOfCustomer(chat, caller)) throw messageNotFound();
  return chat;
}

export const messageNotFound = (): DomainError =>
  new DomainError('message_not_found', 'There is no such message.');

const isOfCustomer = <Facts extends ChatFacts>(
  chat: Facts | undefined,
  { customerId }: { customerId: string },
): chat is Facts => chat?.customer_id === customerId;

export function requireParticipant(chat: ChatFacts): void {
  if (!chat.participates)
    throw new DomainError('not_participant', 'Only participants of the talk may do this.');
}

export function requireParticipantOrAdmin(chat: ChatFacts, caller: Principal): void {
  if (!isAdmin(caller)) requireParticipant(chat);
}

/** Its creator, wherever it is now, or an admin. */
export function isCreatorOrAdmin(chat: ChatFacts, caller: Principal): boolean {
  return isAdmin(caller) || chat.owner_id === caller.agentId;
}

export function requireCreatorOrAdmin(chat: ChatFacts, caller: Principal): void {
  if (!isCreatorOrAdmin(chat, caller)) {
    throw new DomainError('not_creator', 'Only the creator of the talk or an admin may do this.');
  }
}

/** A closed talk can be read, left and reopened. */
export function requireOpen(chat: ChatFacts): void {
  if (chat.status === 'closed') throw new DomainError('talk_closed', 'The talk is closed. Reopen it first.');
}
