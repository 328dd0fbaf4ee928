/** What no log line may hold: the texts, passwords and tokens that this test file has sent or received. */
const secrets = new Set<string>();

const SECRET_FIELD = /"(?:text|password|token)":"((?:[^"\\]|\\.)+)"/g;
/** Shorter ones would be found in any line by chance. */
const TELLING_LENGTH = 6;

/** Remembers the secrets of a JSON body, or a token. */
export function rememberSecrets(text: string | undefined): void {
  if (text === undefined) return;
  if (!text.startsWith('{')) secrets.add(text);
  for (const [, secret = ''] of text.matchAll(SECRET_FIELD)) {
    if (secret.length >= TELLING_LENGTH) secrets.add(secret);
  }
}

/** The log lines of a replica's output that give a secret away. What is printed for people at the start is no log line. */
export function tellingLines(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.filter((line) => [...secrets].some((secret) => line.includes(secret)));
}
