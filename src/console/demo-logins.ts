import type { Settings } from '../config/settings.js';
import { DEMO_AGENTS, DEMO_PASSWORD } from '../embedded/demo.js';

/** Logins that the page may offer; everybody knows their password. */
interface DemoLogins {
  agents: { username: string; name: string }[];
  password: string;
}

const LOOPBACK = /^(127\.[\d.]+|::1|localhost)$/;

/** Those of the demo, but only where Talk is embedded and nobody beyond this machine reaches it. */
export function demoLogins({ embedded, host }: Settings): DemoLogins {
  if (!embedded || !LOOPBACK.test(host)) return { agents: [], password: '' };
  return {
    agents: DEMO_AGENTS.map(({ username, name }) => ({ username, name })),
    password: DEMO_PASSWORD,
  };
}
