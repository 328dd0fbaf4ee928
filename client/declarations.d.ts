/**
 * The client's types in one text that refers to nothing else: the server's are written out in it.
 * `change` is given every file as it is read, by its path, and returns what is to be read instead.
 */
export function declarations(change?: (path: string, text: string) => string): string;
