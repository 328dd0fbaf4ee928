import { median } from './measure/quantile.js';
import type { Cpu } from './measure/meter.js';
import type { Contestant, Round, Rounds } from './rounds.js';
import type { Row } from './workloads/workload.js';

const MIB = 1024 * 1024;
/** An open loop that did not reach this share of its rate measured something else. */
const RATE_REACHED = 0.98;

/** The medians of each contestant's rounds. */
export const summarize = (contestants: Contestant[], rounds: Rounds): Map<string, Row> =>
  new Map(
    contestants.map((contestant) => [contestant.name, rowOf(contestant, rounds.get(contestant.name) ?? [])]),
  );

function rowOf(contestant: Contestant, rounds: Round[]): Row {
  const of = (figure: (round: Round) => number): number => median(rounds.map(figure));
  const perMessage = (seconds: (round: Round) => number): number =>
    of((round) => (1000 * seconds(round)) / round.outcome.calls);
  // What follows nobody's load is not its cost; it has a figure of its own.
  const servers = ({ cpu }: Round): number => sum(cpu.servers.slice(0, contestant.replicas ?? 1));
  return {
    system: contestant.name,
    messagesPerSecond: of(({ outcome }) => outcome.calls / outcome.seconds),
    deliveriesPerSecond: of(({ outcome }) => outcome.deliveries / outcome.seconds),
    p50: of(({ outcome }) => outcome.p50),
    p99: of(({ outcome }) => outcome.p99),
    serverCpu: perMessage(servers),
    postgresCpu: perMessage(({ cpu }) => cpu.postgres),
    redisCpu: perMessage(({ cpu }) => cpu.redis),
    totalCpu: perMessage((round) => servers(round) + round.cpu.postgres + round.cpu.redis),
    memory: of(({ memory }) => memory / MIB),
    generator: of(({ cpu, outcome }) => (100 * cpu.generator) / outcome.seconds),
    others: of(({ cpu, outcome }) => (100 * othersOf(cpu)) / outcome.seconds),
    failure: rounds.map((round) => failureOf(contestant, round)).find(Boolean),
  };
}

/** What is wrong with a round; every acknowledged message has to have reached every socket, once. */
function failureOf({ pace }: Contestant, { outcome }: Round): string | undefined {
  const { acknowledged, missing, extra, refused, calls, seconds } = outcome;
  if (acknowledged === 0) return 'nothing was acknowledged';
  if (refused > 0) return `${refused} calls were refused or not answered`;
  if (missing > 0) return `${missing} deliveries are missing`;
  if (extra > 0) return `${extra} deliveries came twice`;
  if ('perSecond' in pace && calls / seconds < RATE_REACHED * pace.perSecond) {
    return `${Math.round(calls / seconds)} calls/s of ${pace.perSecond}`;
  }
  return undefined;
}

/** Seconds; what is counted twice at the edges must not come out below nothing. */
const othersOf = ({ machine, servers, postgres, redis, generator }: Cpu): number =>
  Math.max(0, machine - sum(servers) - postgres - redis - generator);

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
