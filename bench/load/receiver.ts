import { PushConnection } from './push-connection.js';
import type { Seat, Wire } from './plan.js';

/** What a receiver hears, once it follows its talks. */
export interface Hearing {
  /** An event whose text lies there. */
  event(bytes: Buffer, start: number, end: number): void;
  /** The answer to a packet that was sent with this number. */
  answer(number: number, isAccepted: boolean): void;
}

/** One socket that follows all talks of its agent. */
export interface Receiver {
  /** What was answered to its `subscribe`; nothing on a wire without one. */
  subscribed: string;
  /** Sends a message over the socket; its answer is heard with this number. */
  send(number: number, message: string): void;
  close(): void;
}

const OK = Buffer.from('"ok":true');

/** Resolves once it follows its talks. */
export const openReceiver = (wire: Wire, seat: Seat, hearing: Hearing): Promise<Receiver> =>
  wire === 'ws' ? openWs(seat, hearing) : openSocketIo(seat, hearing);

const OPEN = '0'.charCodeAt(0);
const PING = '2'.charCodeAt(0);
const MESSAGE = '4'.charCodeAt(0);
const CONNECTED = '0'.charCodeAt(0);
const EVENT = '2'.charCodeAt(0);
const ACK = '3'.charCodeAt(0);
/** The number of the `subscribe` packet; those of messages come after it. */
const SUBSCRIBE = 0;
const FIRST_MESSAGE = 1;

/**
 * Over Engine.IO 4 and Socket.IO 5.
 * @param subscribe the payload of that packet, as JSON
 */
export async function openSocketIo(seat: Seat, hearing: Hearing, subscribe = '{}'): Promise<Receiver> {
  let onSubscribed: ((answer: string) => void) | undefined;
  const subscribed = new Promise<string>((resolve) => (onSubscribed = resolve));
  const onFrame = (bytes: Buffer, start: number, end: number): void => {
    const kind = bytes[start];
    const packet = kind === MESSAGE ? bytes[start + 1] : undefined;
    if (packet === EVENT) hearing.event(bytes, start, end);
    else if (packet === ACK) {
      const number = parseInt(bytes.toString('latin1', start + 2, start + 14), 10);
      const at = bytes.indexOf(OK, start);
      const isAccepted = at > 0 && at < end;
      if (number !== SUBSCRIBE) hearing.answer(number - FIRST_MESSAGE, isAccepted);
      else if (isAccepted) onSubscribed?.(bytes.toString('utf8', start, end));
    } else if (kind === PING) connection.send('3');
    else if (kind === OPEN) connection.send(`40${JSON.stringify({ token: seat.token })}`);
    else if (packet === CONNECTED) connection.send(`42${SUBSCRIBE}["subscribe",${subscribe}]`);
    else throw new Error(`unexpected packet: ${bytes.toString('utf8', start, end)}`);
  };
  const connection = await PushConnection.open(seat, '/socket.io/?EIO=4&transport=websocket', onFrame);
  return {
    subscribed: await subscribed,
    send: (number, message) => connection.send(`42${number + FIRST_MESSAGE}["message_create",${message}]`),
    close: () => connection.close(),
  };
}

/** Where `{"ref":1,…` and `{"type":…` differ, and where the number stands. */
const FIELD_AT = 2;
const NUMBER_AT = 7;
const REF = 'r'.charCodeAt(0);
const TYPE = 't'.charCodeAt(0);

/** The event alone in a frame; `{"ref":…,"ok":true}` for what was sent with a number; first `{"subscribed":true}`. */
async function openWs(seat: Seat, hearing: Hearing): Promise<Receiver> {
  let isSubscribed: (() => void) | undefined;
  const subscribed = new Promise<void>((resolve) => (isSubscribed = resolve));
  const onFrame = (bytes: Buffer, start: number, end: number): void => {
    const field = bytes[start + FIELD_AT];
    if (field === TYPE) hearing.event(bytes, start, end);
    else if (field === REF) {
      const at = bytes.indexOf(OK, start);
      hearing.answer(
        parseInt(bytes.toString('latin1', start + NUMBER_AT, start + NUMBER_AT + 12), 10),
        at > 0 && at < end,
      );
    } else isSubscribed?.();
  };
  const connection = await PushConnection.open(seat, `/?token=${seat.token}`, onFrame);
  await subscribed;
  return {
    subscribed: '',
    send: (number, message) => connection.send(`{"ref":${number},${message.slice(1)}`),
    close: () => connection.close(),
  };
}
