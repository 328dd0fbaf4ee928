/** What comes next in a stream is not stored: retention has deleted it, or the history is another one. */
export class LostGap extends Error {
  constructor() {
    super('The stored events do not go on from here.');
  }
}
