/** One listener for any number of emitters, which it is told of: a closure for each would cost memory. */
export const sharedListener = <Emitter, Args extends unknown[]>(
  hear: (emitter: Emitter, ...args: Args) => void,
): ((this: Emitter, ...args: Args) => void) =>
  function (...args) {
    hear(this, ...args);
  };
