import type { Browser } from 'playwright-core';
import { createTalk, leave, ok, range, send, MESSAGES } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { World, type TestAgent } from '../support/world.js';
import { describeInBrowser, startBrowser } from './support/chromium.js';
import { Window } from './support/window.js';

const MARKUP = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script><b>bold</b> [a](javascript:alert(1))`;
const LONG = `${'A word and '.repeat(909).slice(0, 9_996)} end`;

describeInBrowser('reading in a console', () => {
  let browser: Browser;
  let world: World;
  let a: TestAgent;
  let b: TestAgent;
  let window: Window;

  beforeAll(async () => {
    [world, browser] = await Promise.all([World.create(), startBrowser()]);
    [a, b] = await world.agents('Agent A', '<b>Agent</b> B');
    window = await Window.open(browser, world.replica(0).url, a);
  });
  afterAll(async () => {
    await window.close();
    await browser.close();
    await world.close();
  });

  it('shows markup, in a message, a name or a title, as the text that it is', async () => {
    const talk = await createTalk(b, [a], { name: '<i>Title</i>' });
    await send(b, talk, MARKUP);
    await window.openTalk('<i>Title</i>');
    await window.message('<b>bold</b>').waitFor();
    expect(await window.texts()).toEqual([MARKUP]);
    expect(await window.log.locator('img, script, b, .message-text a').count()).toBe(0);
    expect(await window.log.locator('.message-author').textContent()).toBe('<b>Agent</b> B');
    expect(await window.page.title()).toBe('Talk');
    await window.picture('markup');
  });

  it('shows 10,000 characters, the beginning first', async () => {
    expect(LONG).toHaveLength(10_000);
    const talk = await createTalk(b, [a], { name: 'Long text' });
    await send(b, talk, LONG);
    await window.openTalk('Long text');
    const message = window.message('A word and');
    await message.getByRole('button', { name: 'Show all' }).click();
    await message.getByRole('button', { name: 'Show less' }).waitFor();
    expect(await window.texts()).toEqual([LONG]);
    await window.picture('long');
  });

  it('makes links of web addresses alone, and tells the pages behind them nothing', async () => {
    const talk = await createTalk(b, [a], { name: 'Links' });
    const medias = [
      { type: 'application/pdf', url: 'https://files.example.com/plan.pdf', name: 'The plan' },
      { type: 'image/png' },
    ];
    const text = 'See https://example.com/a?b=c, then javascript:alert(1) or data:text/html,x.';
    await ok(b.api().post(MESSAGES, { chat_id: talk.id, text, medias }));
    await window.openTalk('Links');
    const links = window.log.getByRole('link');
    await links.first().waitFor();
    expect(
      await links.evaluateAll((all) =>
        all.map((link) => [link.getAttribute('href'), link.getAttribute('rel')]),
      ),
    ).toEqual([
      ['https://example.com/a?b=c', 'noopener noreferrer nofollow'],
      ['https://files.example.com/plan.pdf', 'noopener noreferrer nofollow'],
    ]);
    await window.picture('links');
  });

  it('loads what is older when one scrolls up, and what one reads stays where it is', async () => {
    const talk = await createTalk(b, [a], { name: 'History' });
    for (const n of range(1, 120)) await send(b, talk, `Message ${n}.`);
    await window.openTalk('History');
    await window.message('Message 120.').waitFor();
    expect((await window.texts()).length).toBeLessThan(120);
    const oldest = window.message((await window.texts())[0]!);
    await oldest.scrollIntoViewIfNeeded();
    await eventually(
      () => window.texts(),
      (texts) => texts.length > 60,
    );
    expect(await oldest.isVisible()).toBe(true);
    const { y } = (await oldest.boundingBox())!;
    const frame = (await window.log.boundingBox())!;
    expect(y).toBeGreaterThanOrEqual(frame.y - 1);
    expect(y).toBeLessThan(frame.y + frame.height);

    await send(b, talk, 'While you read.');
    await window.page.getByRole('button', { name: 'New messages' }).waitFor();
    expect((await oldest.boundingBox())!.y).toBe(y);
    await window.page.getByRole('button', { name: 'New messages' }).click();
    await window.message('While you read.').waitFor();
    await window.page.getByRole('button', { name: 'New messages' }).waitFor({ state: 'detached' });
  });

  it('counts what is unread in other talks, and puts the newest on top', async () => {
    const [first, second] = [
      await createTalk(b, [a], { name: 'First of two' }),
      await createTalk(b, [a], { name: 'Second of two' }),
    ];
    await window.openTalk('Second of two');
    await send(b, second, 'Seen');
    await send(b, first, 'One');
    await send(b, first, 'Two');
    const item = window.page.getByRole('navigation').getByRole('link', { name: 'First of two' });
    await item.getByText('2 unread').waitFor();
    const titles = window.page.locator('.talk-item-title');
    expect((await titles.allTextContents()).slice(0, 2)).toEqual(['First of two', 'Second of two']);
    await item.click();
    await item.getByText('unread').waitFor({ state: 'detached' });
  });

  it('says why a message could not be sent, and sends it once it is tried again', async () => {
    await createTalk(b, [a], { name: 'Refused' });
    await window.openTalk('Refused');
    const body = JSON.stringify({ status: 400, code: 'invalid_request', title: '', detail: 'Not now.' });
    const refuse = { status: 400, contentType: 'application/problem+json', body };
    await window.page.route('**/talk_messages', (route) => route.fulfill(refuse), { times: 1 });
    await window.say('Once more');
    await window.log.getByRole('alert').getByText('Not now.').waitFor();
    await window.picture('not-sent');
    await window.log.getByRole('button', { name: 'Try again' }).click();
    await window.log.getByText('Not sent').waitFor({ state: 'detached' });
    await window.log.getByText('Sending …').waitFor({ state: 'detached' });
    expect(await window.texts()).toEqual(['Once more']);
  });

  it('is used by the keyboard alone', async () => {
    const talk = await createTalk(b, [a], { name: 'Keyboard' });
    await send(b, talk, 'Upper');
    await send(b, talk, 'Lower');
    await window.openTalk('Keyboard');
    const { keyboard } = window.page;
    await window.page.getByRole('textbox', { name: 'Message' }).press('a');
    await keyboard.press('Shift+Enter');
    await keyboard.type('b');
    await keyboard.press('Enter');
    await eventually(
      () => window.texts(),
      (texts) => texts.includes('a\nb'),
    );
    await window.message('Lower').focus();
    await keyboard.press('ArrowUp');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await window.sees('Thumbs down, 1', 'Upper');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await window.thread.waitFor();
    await window.page.getByRole('textbox', { name: 'Reply' }).press('Escape');
    await window.thread.waitFor({ state: 'detached' });
  });

  it('says so when one is in a talk no more', async () => {
    const talk = await createTalk(b, [a], { name: 'Left' });
    await window.openTalk('Left');
    await leave(a, talk);
    await window.page.getByText('You are in this talk no more.').waitFor();
    expect(await window.page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
  });
});
