import type { JSX } from 'preact';
import { Avatar } from '../parts/avatar.js';
import type { Desk } from '../state/desk.js';
import type { Outgoing } from '../state/outbox.js';
import { Medias } from './medias.js';
import { MessageText } from './message-text.js';

/** A message of my own that Talk has not told of yet, or that could not be sent. */
export function PendingMessage({ desk, outgoing }: { desk: Desk; outgoing: Outgoing }): JSX.Element {
  const { me, agents, outbox } = desk;
  const { key, message, failure } = outgoing;
  const name = agents.nameOf(me.id);
  return (
    <article class={`message is-pending ${failure ? 'has-failed' : ''}`} aria-label={`${name}, not sent yet`}>
      <Avatar id={me.id} name={name} />
      <p class="message-head">
        <span class="message-author">{name}</span>
        <span class="pending-note">{failure ? 'Not sent' : 'Sending …'}</span>
      </p>
      <div class="message-body">
        {message.text && <MessageText text={message.text} />}
        <Medias medias={message.medias ?? []} />
        {failure && (
          <p class="failure" role="alert">
            {failure}
            <button type="button" class="text-button" onClick={() => outbox.retry(key)}>
              Try again
            </button>
            <button type="button" class="text-button" onClick={() => outbox.discard(key)}>
              Discard
            </button>
          </p>
        )}
      </div>
    </article>
  );
}
