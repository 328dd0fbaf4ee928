import { Counter, Gauge, Registry } from 'prom-client';

/** Every metric of this process. */
export const registry = new Registry();

const registers = [registry];

/** A number that only grows. Counting costs an addition: the metric takes it over when somebody reads. */
export class Count {
  private counted = 0;

  get total(): number {
    return this.counted;
  }

  add(count = 1): void {
    this.counted += count;
  }
}

/** A counter without labels. */
export function count(name: string, help: string): Count {
  const own = new Count();
  new Counter({
    name,
    help,
    registers,
    collect() {
      this.reset();
      this.inc(own.total);
    },
  });
  return own;
}

/** A counter for each of these values of one label; all of them are there from the start. */
export function countBy<Value extends string>(
  name: string,
  help: string,
  label: string,
  values: readonly Value[],
): Record<Value, Count> {
  const own = Object.fromEntries(values.map((value) => [value, new Count()])) as Record<Value, Count>;
  new Counter({
    name,
    help,
    labelNames: [label],
    registers,
    collect() {
      this.reset();
      for (const value of values) this.inc({ [label]: value }, own[value].total);
    },
  });
  return own;
}

/** Tells how many there are now, by the value of the gauge's label. */
type Look<Value extends string> = () => Record<Value, number>;

/** A number that is looked up when somebody reads it; whoever knows it says how. */
export class Level<Value extends string = ''> {
  /** Absent until then. */
  look: Look<Value> | undefined;
}

/** A gauge; without a label its one value goes by the empty name. */
export function level<Value extends string = ''>(name: string, help: string, label?: string): Level<Value> {
  const own = new Level<Value>();
  new Gauge({
    name,
    help,
    labelNames: label ? [label] : [],
    registers,
    collect() {
      for (const [value, number] of Object.entries<number>(own.look?.() ?? {})) {
        if (label) this.set({ [label]: value }, number);
        else this.set(number);
      }
    },
  });
  return own;
}
