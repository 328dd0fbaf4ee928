import type { AccessKeyResource } from '../../src/auth/access-keys/access-key.presenter.js';
import type { CreateAccessKeyDto } from '../../src/auth/access-keys/access-key.dto.js';
import type { CreateAgentDto, UpdateAgentDto } from '../../src/agents/agent.dto.js';
import type { AgentResource } from '../../src/agents/agent.presenter.js';
import type { CustomerResource } from '../../src/agents/customer.presenter.js';
import type { LoginDto } from '../../src/auth/login.dto.js';
import type { LoginResult } from '../../src/auth/login.service.js';
import type { CreateChatDto, ListChatsQuery, UpdateChatDto } from '../../src/chats/chat.dto.js';
import type { ChatResource } from '../../src/chats/chat.presenter.js';
import type { ParticipantResource } from '../../src/chats/participant.presenter.js';
import type { ClientEvent } from '../../src/documents/events.js';
import type { ClientEventType } from '../../src/events/event.js';
import type { Problem as ProblemDetails } from '../../src/http/problem.js';
import type { PageQuery as AnyPageQuery } from '../../src/http/page.js';
import type {
  CreateMessageDto,
  ListMessagesQuery,
  UpdateMessageDto,
} from '../../src/messages/message.dto.js';
import type { MessagePage as PageOfMessages } from '../../src/messages/message.page.js';
import type { MessageResource, ReactionChange } from '../../src/messages/message.presenter.js';

// Everything on the wire is typed by the server's own classes; the build writes them into this package.
// They are aliases, so that nobody takes one for a class that is there at run time.
export type AccessKey = AccessKeyResource;
export type Agent = AgentResource;
export type Customer = CustomerResource;
export type Login = LoginResult;
export type Message = MessageResource;
export type MessagePage = PageOfMessages;
export type Participant = ParticipantResource;
export type Problem = ProblemDetails;
export type Reaction = ReactionChange;
export type Talk = ChatResource;

export type AgentChanges = UpdateAgentDto;
export type Credentials = LoginDto;
export type MessageChanges = UpdateMessageDto;
export type MessageQuery = ListMessagesQuery;
export type NewAccessKey = CreateAccessKeyDto;
export type NewAgent = CreateAgentDto;
export type NewMessage = CreateMessageDto;
export type NewTalk = CreateChatDto;
export type PageQuery = AnyPageQuery;
export type TalkChanges = UpdateChatDto;
export type TalkQuery = ListChatsQuery;

export type { Page } from '../../src/http/page.js';
export type { SubscribeResult } from '../../src/realtime/subscribe.dto.js';
export type { ClientEventType };

/** An event of this type, or of any, as listeners are given it. */
export type TalkEvent<Type extends ClientEventType = ClientEventType> = ClientEvent<Type>;

/**
 * `connecting`: `connect` was called and nothing was live yet. `live`: every event comes as it happens.
 * `recovering`: the connection was lost and is coming back, or what was missed is being read.
 * `offline`: closed, refused, without a network, or several tries in a row have failed.
 */
export type ClientState = 'connecting' | 'live' | 'recovering' | 'offline';

/** What a client can be listened to for: every event of the contract, and what becomes of the connection. */
export type ClientEvents = { [Type in ClientEventType]: TalkEvent<Type> } & {
  /** Any event of a talk, in the order of its seqs. */
  event: TalkEvent;
  state: ClientState;
  /** A gap could not be replayed: what is held of this talk beyond its messages has to be read anew. */
  resync: { chat_id: string };
  /** I am in this talk, whichever way that was learnt. */
  joined: { chat_id: string };
  /** I am in this talk no more, whichever way that was learnt. */
  left: { chat_id: string };
  /** The token was refused, and there is no newer one; the client is offline. */
  unauthorized: Problem | undefined;
};
