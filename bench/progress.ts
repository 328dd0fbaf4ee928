/** One line that tells what is being done: rewritten on a terminal, else a line each. */
export class Progress {
  private readonly startedAt = Date.now();
  private workload = '';

  begin(workload: string): void {
    this.workload = workload;
  }

  say(what: string): void {
    const seconds = Math.round((Date.now() - this.startedAt) / 1000);
    this.write(`[${seconds} s] ${this.workload}: ${what}`);
  }

  /** Leaves the line to what is printed next. */
  clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }

  private write(line: string): void {
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }
}
