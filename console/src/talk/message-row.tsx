import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useChanges } from '../state/hooks.js';
import type { Desk } from '../state/desk.js';
import { MessageItem } from './message-item.js';
import type { Row } from './rows.js';
import { wholeTime, clockTime, dateOf } from '../state/times.js';

export interface MessageRowProps {
  desk: Desk;
  row: Row;
  /** Whether the Tab key stops here. */
  isStop: boolean;
  isWritable: boolean;
  opensThreads: boolean;
  onFocus: (id: string) => void;
}

/** Rendered anew only where something of it has changed: there may be thousands. */
export function MessageRow(props: MessageRowProps): JSX.Element {
  const { desk, row, isStop, isWritable, opensThreads } = props;
  const { message, day, isContinued } = row;
  useChanges(desk.agents);
  const isSystem = message.type === 'system';
  const name = desk.agents.nameOf(message.owner_id);
  return useMemo(
    () => (
      <>
        {day && <DayLine day={day} />}
        {isSystem ? <SystemLine {...props} /> : <MessageItem {...props} name={name} />}
      </>
    ),
    [message, day, isContinued, isStop, isWritable, opensThreads, name],
  );
}

function DayLine({ day }: { day: string }): JSX.Element {
  return (
    <p class="day">
      <span>{day}</span>
    </p>
  );
}

/** What Talk itself tells of the talk. */
function SystemLine({ row: { message }, isStop, onFocus }: MessageRowProps): JSX.Element {
  const date = dateOf(message.tm_create);
  return (
    <p class="message is-system" tabIndex={isStop ? 0 : -1} onFocus={() => onFocus(message.id)}>
      <span>{message.text}</span>
      <time dateTime={date.toISOString()} title={wholeTime(date)}>
        {clockTime(date)}
      </time>
    </p>
  );
}
