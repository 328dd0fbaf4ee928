import { Injectable } from '@nestjs/common';

/** How far a replica is: it serves once its schema is there, and only finishes what it has once told to stop. */
@Injectable()
export class Lifecycle {
  private begun = false;
  private told = false;

  /** False while the replica waits for its database or its schema; then it answers nothing but how it is. */
  get isServing(): boolean {
    return this.begun;
  }

  get isStopping(): boolean {
    return this.told;
  }

  serve(): void {
    this.begun = true;
  }

  /** There is no way back. */
  stop(): void {
    this.told = true;
  }
}
