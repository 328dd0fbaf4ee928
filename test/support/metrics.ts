import { eventually } from './eventually.js';
import type { Replica } from './replica.js';

/** What a replica tells of itself at one moment. */
export class Metrics {
  private constructor(readonly text: string) {}

  static async of(replica: Replica): Promise<Metrics> {
    const url = await eventually(
      () => replica.metricsUrl(),
      (known) => !known.includes('undefined'),
    );
    return Metrics.at(url);
  }

  static async at(url: string): Promise<Metrics> {
    return new Metrics(await (await fetch(url)).text());
  }

  /** A sample's value by its name and labels as they are written; 0 where there is none. */
  value(sample: string): number {
    const line = this.text.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
    return Number(line?.slice(sample.length + 1) ?? 0);
  }

  /** The type of each metric, in the order they come. */
  get types(): [string, string][] {
    return [...this.text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]);
  }
}

/** By how much samples of a replica grow while `act` runs, and until it is at least as expected. */
export async function growth(
  replica: Replica,
  expected: Record<string, number>,
  act: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const before = await Metrics.of(replica);
  await act();
  return eventually(
    async () => {
      const now = await Metrics.of(replica);
      return Object.fromEntries(
        Object.keys(expected).map((sample) => [sample, now.value(sample) - before.value(sample)]),
      );
    },
    (grown) => Object.entries(expected).every(([sample, by]) => (grown[sample] ?? 0) >= by),
  );
}
