/** Somebody with a token, and the replica that they use. */
export interface Seat {
  /** `http://127.0.0.1:port` */
  url: string;
  token: string;
}

/** A talk of the load: whose sockets follow it, and who sends to it. */
export interface TalkSeats {
  id: string;
  receivers: Seat[];
  senders: Seat[];
}

/** How events reach a client: Socket.IO's packets, or the event alone as a text frame. */
export type Wire = 'socket.io' | 'ws';

/** So many calls at any time, each followed by the next; or so many each second, whatever becomes of them. */
export type Pace = { inFlight: number } | { perSecond: number };

/**
 * `rest` and `socket` send messages, `list` reads the first page of a talk over REST, `resume` connects
 * a socket of Talk's that has missed the last events.
 */
export type Call = 'rest' | 'socket' | 'list' | 'resume';

/** One run of the load generator. */
export interface Plan {
  wire: Wire;
  talks: TalkSeats[];
  call: Call;
  pace: Pace;
  /** Milliseconds under load before anything is counted. */
  warmUp: number;
  /** Milliseconds that are counted. */
  measure: number;
}

/** What a run came to. Rates are of the measured time; `acknowledged`, `missing` and `extra` of the whole run. */
export interface Outcome {
  /** Calls that were answered, and the same for events that came in over sockets. */
  calls: number;
  deliveries: number;
  seconds: number;
  /** Milliseconds from the request to its last receiver; to its answer where nobody receives. */
  p50: number;
  p99: number;
  acknowledged: number;
  /** Receipts that an acknowledged message lacks, and that came twice. */
  missing: number;
  extra: number;
  /** Calls that were refused, or not answered. */
  refused: number;
}

/** What the generator tells whoever started it. */
export type Report = { stage: 'measuring' } | { stage: 'measured' } | { stage: 'done'; outcome: Outcome };
