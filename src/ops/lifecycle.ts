import { Injectable } from '@nestjs/common';

/** Whether this replica serves as it should, or has been told to stop and only finishes what it has. */
@Injectable()
export class Lifecycle {
  private told = false;

  get isStopping(): boolean {
    return this.told;
  }

  /** There is no way back. */
  stop(): void {
    this.told = true;
  }
}
