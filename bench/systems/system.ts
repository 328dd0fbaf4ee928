import type { TalkSeats, Wire } from '../load/plan.js';
import type { Servers } from '../servers.js';

/** Who talks with whom. */
export interface Scene {
  talks: number;
  /** Agents of each talk; nobody is in two. */
  members: number;
  /** Sockets on each talk: of its first members, one each. */
  sockets: number;
  /** Messages that each talk holds from the start, with three reactions each. */
  history?: number;
  /** Messages in the tables besides, of all talks together, written straight into them. Only Talk's. */
  past?: number;
}

/** What is started, and for whom. */
export interface Setup {
  servers: Servers;
  scene: Scene;
  replicas: number;
  /** Whether the replicas are told of Redis; `plain` always is. */
  withRedis: boolean;
}

/** A system that runs, with everybody in their talks. */
export interface Running {
  wire: Wire;
  /** One for each replica, as are the processes. */
  urls: string[];
  pids: number[];
  talks: RunningTalk[];
  stop(): Promise<void>;
}

/** A talk and the tokens of its members. */
export interface RunningTalk {
  id: string;
  tokens: string[];
}

/** A way to build the same chat. */
export interface System {
  name: string;
  start(setup: Setup): Promise<Running>;
}

/** The talks as the load sees them, with receivers and senders spread over the first `replicas` replicas. */
export function seatsOf({ talks, urls }: Running, { sockets }: Scene, replicas: number): TalkSeats[] {
  const seat = (token: string, index: number): { url: string; token: string } => ({
    url: urls[index % replicas] as string,
    token,
  });
  return talks.map(({ id, tokens }) => ({
    id,
    receivers: tokens.slice(0, sockets).map(seat),
    senders: tokens.map(seat),
  }));
}
