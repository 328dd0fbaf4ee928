import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Avatar } from '../parts/avatar.js';
import { clockTime, dateOf, wholeTime } from '../state/times.js';
import { EditField } from './edit-field.js';
import { Medias } from './medias.js';
import { MessageActions } from './message-actions.js';
import type { MessageRowProps } from './message-row.js';
import { MessageText } from './message-text.js';
import { Reactions } from './reactions.js';
import { RepliesLink } from './replies-link.js';

interface MessageItemProps extends MessageRowProps {
  name: string;
}

export function MessageItem(props: MessageItemProps): JSX.Element {
  const { desk, row, name, isStop, isWritable, opensThreads, onFocus } = props;
  const { message, isContinued } = row;
  const [isEditing, setEditing] = useState(false);
  const isDeleted = message.tm_delete !== '';
  const canChange = isWritable && !isDeleted;
  const date = dateOf(message.tm_create);
  return (
    <article
      class={`message ${isContinued ? 'is-continued' : ''} ${isDeleted ? 'is-deleted' : ''}`}
      aria-label={`${name}, ${clockTime(date)}`}
      tabIndex={isStop ? 0 : -1}
      onFocus={() => onFocus(message.id)}
    >
      {!isContinued && <Avatar id={message.owner_id} name={name} />}
      <p class="message-head">
        <span class="message-author">{name}</span>
        <time dateTime={date.toISOString()} title={wholeTime(date)}>
          {clockTime(date)}
        </time>
      </p>
      <div class="message-body">
        {isEditing ? (
          <EditField desk={desk} message={message} onClose={() => setEditing(false)} />
        ) : (
          <MessageContent {...props} />
        )}
        <Reactions desk={desk} message={message} isWritable={canChange} isStop={isStop} />
        {opensThreads && <RepliesLink message={message} isStop={isStop} />}
      </div>
      {isWritable && !isEditing && (
        <MessageActions
          desk={desk}
          message={message}
          isStop={isStop}
          opensThreads={opensThreads}
          onEdit={() => setEditing(true)}
        />
      )}
    </article>
  );
}

function MessageContent({ row: { message } }: MessageItemProps): JSX.Element {
  if (message.tm_delete) return <p class="tombstone">This message was deleted.</p>;
  return (
    <>
      {message.text && <MessageText text={message.text} />}
      <Medias medias={message.medias} />
    </>
  );
}
