import { isOk, numberAt } from './answers.js';
import type { Seat } from './plan.js';
import { PushConnection } from './push-connection.js';
import type { Hearing, Receiver } from './receiver.js';

/** Where `{"ref":1,…` and `{"type":…` differ, and where the number stands. */
const FIELD_AT = 2;
const NUMBER_AT = 7;
const REF = 'r'.charCodeAt(0);
const TYPE = 't'.charCodeAt(0);

/**
 * A client of bare's: the event alone in a frame, `{"ref":…,"ok":…}` for what was sent with a number.
 * Resolves at the first frame, `{"subscribed":true}`.
 */
export async function connectWs(seat: Seat, hearing: Hearing): Promise<Receiver> {
  let onSubscribed: () => void = () => undefined;
  const subscribed = new Promise<void>((resolve) => (onSubscribed = resolve));
  const hear = (bytes: Buffer, start: number, end: number): void => {
    const field = bytes[start + FIELD_AT];
    if (field === TYPE) hearing.event(bytes, start, end);
    else if (field === REF) hearing.answer(numberAt(bytes, start + NUMBER_AT), isOk(bytes, start, end));
    else onSubscribed();
  };
  const connection = await PushConnection.open(seat, `/?token=${seat.token}`, hear);
  await subscribed;
  return {
    send: (number, message) => connection.send(`{"ref":${number},${message.slice(1)}`),
    close: () => connection.close(),
  };
}
