/** What no log line may hold: the texts, passwords and tokens that this test file has sent or received. */
const secrets = new Set<string>();

const SECRET_FIELD = /"(?:text|password|token)":"((?:[^"\\]|\\.)+)"/g;
/** Shorter ones would be found in any line by chance. */
const TELLING_LENGTH = 6;

export function rememberToken(token: string | undefined): void {
  if (token && token.length >= TELLING_LENGTH) secrets.add(token);
}

/** Remembers the secrets in the fields of a JSON body. */
export function rememberSecrets(json = ''): void {
  for (const [, secret = ''] of json.matchAll(SECRET_FIELD)) rememberToken(secret);
}

/** The log lines of a replica's output that give a secret away. What is printed for people at the start is no log line. */
export function tellingLines(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.filter((line) => [...secrets].some((secret) => line.includes(secret)));
}
