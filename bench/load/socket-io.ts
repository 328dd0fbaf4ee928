import { isOk, numberAt } from './answers.js';
import type { Seat } from './plan.js';
import { PushConnection } from './push-connection.js';
import type { Hearing, Receiver } from './receiver.js';

const PATH = '/socket.io/?EIO=4&transport=websocket';

const OPEN = '0'.charCodeAt(0);
const PING = '2'.charCodeAt(0);
const MESSAGE = '4'.charCodeAt(0);
const CONNECTED = '0'.charCodeAt(0);
const EVENT = '2'.charCodeAt(0);
const ACK = '3'.charCodeAt(0);

/** The number of the `subscribe` packet; those of messages come after it. */
const SUBSCRIBE = 0;
const FIRST_MESSAGE = 1;

/** A client of Engine.IO 4 and Socket.IO 5. */
export interface SocketIoClient extends Receiver {
  /**
   * @param payload as JSON
   * @returns what was answered, as the packet came: `430[{…}]`
   */
  subscribe(payload: string): Promise<string>;
}

/** Resolves once the server has taken its token. */
export async function connectSocketIo(seat: Seat, hearing: Hearing): Promise<SocketIoClient> {
  let onConnected: () => void = () => undefined;
  let onSubscribed: (answer: string) => void = () => undefined;
  const connected = new Promise<void>((resolve) => (onConnected = resolve));
  const hear = (bytes: Buffer, start: number, end: number): void => {
    const kind = bytes[start];
    const packet = kind === MESSAGE ? bytes[start + 1] : undefined;
    if (packet === EVENT) hearing.event(bytes, start, end);
    else if (packet === ACK) {
      const number = numberAt(bytes, start + 2);
      if (number === SUBSCRIBE) onSubscribed(bytes.toString('utf8', start, end));
      else hearing.answer(number - FIRST_MESSAGE, isOk(bytes, start, end));
    } else if (kind === PING) connection.send('3');
    else if (kind === OPEN) connection.send(`40${JSON.stringify({ token: seat.token })}`);
    else if (packet === CONNECTED) onConnected();
    else throw new Error(`unexpected packet: ${bytes.toString('utf8', start, end)}`);
  };
  const connection = await PushConnection.open(seat, PATH, hear);
  await connected;
  return {
    subscribe: async (payload) => {
      const answered = new Promise<string>((resolve) => (onSubscribed = resolve));
      connection.send(`42${SUBSCRIBE}["subscribe",${payload}]`);
      const answer = await answered;
      if (!answer.includes('"ok":true')) throw new Error(`subscribe was refused: ${answer}`);
      return answer;
    },
    send: (number, message) => connection.send(`42${number + FIRST_MESSAGE}["message_create",${message}]`),
    close: () => connection.close(),
  };
}
