/** Reads what a browser keeps; nothing where it may not. */
export function readStored(storage: () => Storage, key: string): string | undefined {
  try {
    return storage().getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text, or drops it where there is none; a browser that may not keep anything forgets it with the page. */
export function keepStored(storage: () => Storage, key: string, text: string | undefined): void {
  try {
    if (text === undefined) storage().removeItem(key);
    else storage().setItem(key, text);
  } catch {
    // It counts for as long as the page is open.
  }
}
