import { readDuration, readInteger, type Environment } from './readers.js';

/** How much callers may hold that Talk does not know yet, or that hold more than they need. 0 is no limit. */
export interface GateSettings {
  /** Connections and sockets that are open at once on this replica. */
  maxConnections: number;
  /** The same for one address. */
  maxConnectionsPerAddress: number;
  /** Sockets of one agent on this replica. */
  maxSocketsPerAgent: number;
  /** Sockets that have not named their agent yet; where more come, the oldest end early. */
  maxUnnamed: number;
  /** Milliseconds that a socket has to name its agent. */
  handshakeLimit: number;
  /** Milliseconds in which an answer has to have been read. */
  sendLimit: number;
  /** Milliseconds that a peer has to answer a close. */
  closeLimit: number;
  /** Passwords that are hashed at once; each takes a core. */
  passwordChecks: number;
  /** Passwords that may wait for that. */
  passwordQueue: number;
  /** Wrong logins in a minute. */
  loginFailures: LoginFailures;
}

interface LoginFailures {
  /** With one username from one address. */
  perNameAndAddress: number;
  /** With one username from anywhere. */
  perName: number;
  /** From one address. */
  perAddress: number;
}

const MANY = 1_000_000;

/** Reads and checks them. */
export function loadGateSettings(env: Environment): GateSettings {
  const count = (name: string, fallback: number, min = 0): number =>
    readInteger(env, name, { fallback, min, max: MANY });
  const maxConnections = count('MAX_CONNECTIONS', 20_000);
  return {
    maxConnections,
    maxConnectionsPerAddress: count('MAX_CONNECTIONS_PER_ADDRESS', Math.ceil(maxConnections / 2)),
    maxSocketsPerAgent: count('MAX_SOCKETS_PER_AGENT', 100),
    maxUnnamed: count('MAX_UNNAMED', 5_000),
    handshakeLimit: readDuration(env, 'HANDSHAKE_LIMIT', { fallback: '5s', min: '100ms', max: '1m' }),
    sendLimit: readDuration(env, 'SEND_LIMIT', { fallback: '1m', min: '100ms', max: '1h' }),
    closeLimit: readDuration(env, 'CLOSE_LIMIT', { fallback: '2s', min: '100ms', max: '1m' }),
    passwordChecks: count('PASSWORD_CHECKS', 1, 1),
    passwordQueue: count('PASSWORD_QUEUE', 64, 1),
    loginFailures: {
      perNameAndAddress: count('LOGIN_FAILURES', 10, 1),
      perName: count('LOGIN_FAILURES_PER_NAME', 30, 1),
      perAddress: count('LOGIN_FAILURES_PER_ADDRESS', 100, 1),
    },
  };
}
