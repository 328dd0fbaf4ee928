import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import type { ChatResource } from '../../src/chats/chat.presenter.js';
import { createTalk, range } from '../support/builders.js';
import { Api } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { startReplica, type Replica } from '../support/replica.js';
import { RoundRobin } from '../support/round-robin.js';
import { World, type TestAgent } from '../support/world.js';
import { describeInBrowser, startBrowser } from './support/chromium.js';
import { Window } from './support/window.js';

describeInBrowser('a console at the one address of several replicas', () => {
  let browser: Browser;
  let world: World;
  let running: Replica[];
  let address: RoundRobin;
  let a: TestAgent;
  let b: TestAgent;
  let talk: ChatResource;
  let windows: Window[];

  beforeAll(async () => {
    [world, browser] = await Promise.all([World.create({ replicas: 2 }), startBrowser()]);
    running = [...world.replicas];
    address = await RoundRobin.start(() => running.map(({ url }) => url));
    [a, b] = await world.agents('Agent A', 'Agent B');
    talk = await createTalk(a, [b], { name: 'Outage' });
    windows = await Promise.all([a, b].map((agent) => Window.open(browser, address.url, agent)));
    for (const window of windows) await window.openTalk('Outage');
  });
  afterAll(async () => {
    for (const window of windows) await window.close();
    address.stop();
    await browser.close();
    await Promise.all(running.map((replica) => replica.stop()));
    await world.close();
  });

  const kill = async (replica: Replica): Promise<void> => {
    running = running.filter((each) => each !== replica);
    replica.process.kill('SIGKILL');
    await once(replica.process, 'exit');
  };
  const everyoneSees = async (texts: string[]): Promise<void> => {
    for (const window of windows) {
      expect(
        await eventually(
          () => window.texts(),
          (seen) => seen.length >= texts.length,
        ),
      ).toEqual(texts);
    }
  };

  it('shows each agent what the other says, whichever replica they are on', async () => {
    const said = range(1, 6).map((n) => `Line ${n}`);
    for (const [index, text] of said.entries()) {
      await windows[index % 2]!.say(text);
      await windows[(index + 1) % 2]!.message(text).waitFor();
    }
    await everyoneSees(said);
  });

  it('goes on over the others when one replica dies', async () => {
    await kill(running[0]!);
    await windows[0]!.say('After the first death');
    await everyoneSees([...range(1, 6).map((n) => `Line ${n}`), 'After the first death']);
    for (const window of windows) await window.reaches('Live');
  });

  it('says that it is cut off, keeps what is being sent, and heals the gap when Talk is back', async () => {
    await kill(running[0]!);
    for (const window of windows) await window.reaches(/Reconnecting|Offline/);
    await windows[0]!.say('Written while Talk was down');
    await windows[0]!.log.getByText('Sending …').waitFor();
    await windows[0]!.picture('cut-off');
    const back = await startReplica(world.env);
    const elsewhere = new Api(back.url, b.token);
    await elsewhere.post('/service_agents/talk_messages', {
      chat_id: talk.id,
      text: 'Said before they were back',
    });
    running = [back];
    for (const window of windows) await window.reaches('Live');
    for (const window of windows) {
      await window.message('Said before they were back').waitFor();
      await window.message('Written while Talk was down').waitFor();
    }
    await windows[0]!.log.getByText('Sending …').waitFor({ state: 'detached' });
    await windows[1]!.picture('healed');
    const seen = await windows[0]!.texts();
    expect(new Set(seen).size).toBe(seen.length);
    expect(await windows[1]!.texts()).toEqual(seen);
    expect(seen).toHaveLength(9);
  });
});
