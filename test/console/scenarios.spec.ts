import type { Browser } from 'playwright-core';
import type { ChatResource } from '../../src/chats/chat.presenter.js';
import type { Page } from '../../src/http/page.js';
import { CHATS, messagesOf, ok, react } from '../support/builders.js';
import { World, type TestAgent } from '../support/world.js';
import { describeInBrowser, startBrowser } from './support/chromium.js';
import { Window } from './support/window.js';

describeInBrowser('two agents in two windows', () => {
  let browser: Browser;
  let world: World;
  let agents: TestAgent[];
  let left: Window;
  let right: Window;

  beforeAll(async () => {
    [world, browser] = await Promise.all([World.create(), startBrowser()]);
    agents = await world.agents('Agent A', 'Agent B', 'Agent C', 'Agent D', 'Agent E');
    [left, right] = (await Promise.all(
      agents.slice(0, 2).map((agent) => Window.open(browser, world.replica(0).url, agent)),
    )) as [Window, Window];
  });
  afterAll(async () => {
    await left.close();
    await right.close();
    await browser.close();
    await world.close();
  });

  /** The newest talk of Agent A. */
  const newestTalk = async (): Promise<ChatResource> => {
    const { result } = await ok<Page<ChatResource>>(agents[0]!.api().get(CHATS));
    return result[0]!;
  };

  it('Scenario 1: Team Project Discussion', async () => {
    await left.startTalk('Q1 Project', 'Agent B', 'Agent C');
    await left.say('Sprint 1 completed!');
    await right.openTalk('Q1 Project');
    await right.react('Sprint 1 completed!', 'Celebration');
    await left.sees('Celebration, 1', 'Sprint 1 completed!');
    await right.reply('Sprint 1 completed!', "Great work! What's next?");
    await left.message('Sprint 1 completed!').getByRole('link', { name: '1 reply' }).click();
    await left.message('Great work!', left.thread).waitFor();
    await left.picture('scenario-1');
    expect(await left.texts()).toEqual(['Sprint 1 completed!']);
  });

  it('Scenario 2: Quick Decision', async () => {
    const question = 'Should we deploy today? 👍 for yes, 👎 for no';
    await left.startTalk('Deploy', 'Agent B', 'Agent C', 'Agent D', 'Agent E');
    await left.say(question);
    await right.openTalk('Deploy');
    await right.react(question, 'Thumbs up');
    const talk = await newestTalk();
    const [message] = await messagesOf(agents[0]!, talk);
    await react(agents[2]!, message!, ':thumbsup:');
    await react(agents[3]!, message!, 'thumbsup');
    await react(agents[4]!, message!, '👎');
    for (const window of [left, right]) {
      await window.sees('Thumbs up, 3', question);
      await window.sees('Thumbs down, 1', question);
    }
    await right.picture('scenario-2');
    await right.message(question).getByRole('button', { name: 'Thumbs up, 3' }).click();
    await left.sees('Thumbs up, 2', question);
  });

  it('Scenario 3: Support Escalation', async () => {
    await left.startTalk('Customer Issue #12345', 'Agent B');
    await left.say('Customer reporting payment failure');
    await right.openTalk('Customer Issue #12345');
    await right.say('Let me check the logs');
    await right.reply('Let me check the logs', 'Found it - gateway timeout');
    await right.say('Retrying the transaction', 'Reply');
    await left.message('Let me check the logs').getByRole('link', { name: '2 replies' }).waitFor();
    await left.say('Customer confirmed it works now');
    await right.react('Customer confirmed it works now', 'Thumbs up');
    await left.sees('Thumbs up, 1', 'Customer confirmed it works now');
    await right.picture('scenario-3');
    const said = [
      'Customer reporting payment failure',
      'Let me check the logs',
      'Customer confirmed it works now',
    ];
    expect(await left.texts()).toEqual(said);
    expect(await right.texts()).toEqual(said);
  });

  it('edits and deletes, adds people and removes them, renames, closes, reopens and leaves', async () => {
    await left.startTalk('Handover', 'Agent B', 'Agent C');
    await left.say('A frist draft');
    await right.openTalk('Handover');
    const draft = left.message('A frist draft');
    await draft.hover();
    await draft.getByRole('button', { name: 'Edit' }).click();
    await left.say('A first draft', 'Edit message');
    await right.message('A first draft').waitFor();
    await left.message('A first draft').hover();
    await left.message('A first draft').getByRole('button', { name: 'Delete' }).click();
    await left.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await right.message('This message was deleted.').waitFor();

    const people = left.page.getByRole('dialog', { name: 'People' });
    await left.page.getByRole('button', { name: 'People, 3' }).click();
    await people.getByRole('button', { name: 'Remove Agent C' }).click();
    await people.getByRole('checkbox', { name: 'Agent D' }).check();
    await people.getByRole('button', { name: 'Add' }).click();
    await people.getByRole('button', { name: 'Remove Agent D' }).waitFor();
    await left.page.keyboard.press('Escape');
    await right.log.getByText('Agent C left the conversation.').waitFor();
    await right.log.getByText('Agent D joined the conversation.').waitFor();

    const choose = async (window: Window, item: string): Promise<void> => {
      await window.page.getByRole('button', { name: 'More' }).click();
      await window.page.getByRole('button', { name: item }).click();
    };
    await choose(left, 'Rename');
    await left.page.getByRole('dialog').getByLabel('Name').fill('Handover, done');
    await left.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await right.page.getByRole('heading', { name: 'Handover, done' }).waitFor();
    await choose(left, 'Close talk');
    await right.page.getByText('This talk is closed.').waitFor();
    await right.picture('closed');
    await right.page.getByRole('button', { name: 'Reopen' }).click();
    await left.page.getByRole('textbox', { name: 'Message' }).waitFor();
    await choose(right, 'Leave talk');
    await right.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await right.page.getByText('Choose a talk').waitFor();
    await left.log.getByText('Agent B left the conversation.').waitFor();
  });
});
