import { setTimeout as sleep } from 'node:timers/promises';
import { range } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { closeAll, type RawConnection } from './support/raw-connection.js';
import { openWebSocket, openWebSocketAs } from './support/raw-web-socket.js';
import { scaled, Siege } from './support/siege.js';

const UNNAMED = scaled(100, 1_000);

let siege: Siege;
beforeAll(async () => {
  siege = await Siege.start({ MAX_UNNAMED: `${UNNAMED}`, HANDSHAKE_LIMIT: '1m' });
});
afterAll(() => siege.stop());

it('where too many connections name nobody, the oldest go, and one that names its agent is let in', () =>
  siege.attack(`more than ${UNNAMED} connections that name nobody`, async () => {
    const connections: RawConnection[] = [];
    const open = async (): Promise<void> => void connections.push(await openWebSocket(siege.url));
    await Promise.all(range(1, UNNAMED).map(open));
    await sleep(1_100);
    await Promise.all(range(1, 50).map(open));
    await eventually(
      () => connections.filter(({ isOpen }) => isOpen).length,
      (open) => open <= UNNAMED,
    );
    const named = await openWebSocketAs(siege.sender.token, siege.url);
    expect(named.received).toMatch(/40\{"sid"/);
    named.close();
    closeAll(connections);
  }));
