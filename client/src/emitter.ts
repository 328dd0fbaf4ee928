type Listener<Payload> = (payload: Payload) => void;

/** Tells listeners what happens, by name; one that throws keeps nobody else from hearing. */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Listens until what this returns is called. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all);
    // Of its own, so that the same function may listen twice.
    const own: Listener<Events[Name]> = (payload) => listener(payload);
    all.add(own);
    return () => void all.delete(own);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        (listener as Listener<Events[Name]>)(payload);
      } catch (error) {
        // The application's own mistake; it surfaces where those of timers do.
        setTimeout(() => {
          throw error;
        });
      }
    }
  }
}
