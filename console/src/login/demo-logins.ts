/** What this Talk offers to anyone; nobody where it is not a demo. */
export interface DemoLogins {
  agents: { username: string; name: string }[];
  password: string;
}

/** Nothing where Talk cannot be asked: there is the form. */
export async function readDemoLogins(): Promise<DemoLogins | undefined> {
  try {
    const answer = await fetch('logins.json');
    return answer.ok ? ((await answer.json()) as DemoLogins) : undefined;
  } catch {
    return undefined;
  }
}
