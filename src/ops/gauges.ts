import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';

/** The metrics of what is there now. The service that knows a value registers its gauge, once. */
@Injectable()
export class Gauges {
  constructor(private readonly registry: Registry) {}

  /** @param read tells the value, whenever the metrics are read */
  register(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** @param read tells a value for each value of the label, whenever the metrics are read */
  registerBy(label: string, name: string, help: string, read: () => Record<string, number>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        for (const [key, value] of Object.entries(read())) this.set({ [label]: key }, value);
      },
    });
  }
}
