/** What no log line may hold: the texts, passwords and tokens that this test file has sent or received. */
const secrets = new Set<string>();

const SECRET_FIELD = /"(?:text|password|token)":"((?:[^"\\]|\\.)+)"/g;
/** Shorter ones would be found in any line by chance. */
const TELLING_LENGTH = 6;
/** Logs are full of ids, so where somebody sends one as a text, it tells nothing. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function rememberToken(token: string | undefined): void {
  if (token && token.length >= TELLING_LENGTH && !UUID.test(token)) secrets.add(token);
}

/** Remembers the secrets in the fields of a JSON body. */
export function rememberSecrets(json = ''): void {
  for (const [, secret = ''] of json.matchAll(SECRET_FIELD)) rememberToken(secret);
}

/** The log lines of a replica's output that give a secret away. What is printed for people at the start is no log line. */
export function tellingLines(output: string): string[] {
  const byStart = new Map<string, string[]>();
  for (const secret of secrets) {
    const start = secret.slice(0, TELLING_LENGTH);
    byStart.set(start, [...(byStart.get(start) ?? []), secret]);
  }
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.filter((line) => isTelling(line, byStart));
}

/** Looks up each place of the line once: there may be thousands of secrets, and of lines. */
function isTelling(line: string, byStart: Map<string, string[]>): boolean {
  for (let place = 0; place <= line.length - TELLING_LENGTH; place += 1) {
    const candidates = byStart.get(line.slice(place, place + TELLING_LENGTH));
    if (candidates?.some((secret) => line.startsWith(secret, place))) return true;
  }
  return false;
}
