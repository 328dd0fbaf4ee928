/** Something that parts of the page follow; the client's views are such too. */
export interface Changing {
  on(name: 'change', listener: () => void): () => void;
}

export class Changes implements Changing {
  private readonly listeners = new Set<() => void>();

  /** Calls back after every change, until what this returns is called. */
  on(_name: 'change', listener: () => void): () => void {
    const own = (): void => listener();
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  protected changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
