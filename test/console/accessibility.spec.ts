import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createTalk, erase, react, remove, send } from '../support/builders.js';
import { World, type TestAgent } from '../support/world.js';
import { describeInBrowser, startBrowser } from './support/chromium.js';
import { Window } from './support/window.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Longer than any line. */
const NAME = `Access to ${'everything that there is '.repeat(8)}`.trim();

/** What keeps people from using the page, each with where it is. */
async function barriersIn(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
    );
}

describeInBrowser('nothing in a console keeps anybody out', () => {
  let browser: Browser;
  let world: World;
  let a: TestAgent;
  let axe: string;

  beforeAll(async () => {
    [world, browser, axe] = await Promise.all([World.create(), startBrowser(), readFile(AXE, 'utf8')]);
    const [first, b, c] = await world.agents('Agent A', 'Agent B', 'Agent C');
    a = first;
    const talk = await createTalk(a, [b, c], { name: NAME });
    const question = await send(b, talk, 'See https://example.com', {
      medias: [{ type: 'image/png', url: 'https://example.com/a.png' }],
    });
    await react(a, question, '👍');
    await react(b, question, '🎉');
    await send(b, talk, 'A reply', { parent_id: question.id });
    await erase(b, await send(b, talk, 'To be deleted'));
    await remove(a, talk, c);
    await createTalk(b, [a], { name: 'Elsewhere' }).then((other) => send(b, other, 'Unread'));
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const check = async (window: Window, name: string): Promise<void> => {
    await window.picture(name);
    expect(await window.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect({ [name]: await barriersIn(window.page, axe) }).toEqual({ [name]: [] });
  };

  it.each<[string, BrowserContextOptions]>([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { ...PHONE, colorScheme: 'light' }],
  ])('%s', async (name, options) => {
    const { url } = world.replica(0);
    const login = await Window.open(browser, url, undefined, options);
    await login.page.getByRole('heading', { name: 'Log in to Talk' }).waitFor();
    await check(login, `${name}-login`);
    await login.close();

    const window = await Window.open(browser, url, a, options);
    await check(window, `${name}-list`);
    await window.openTalk(NAME);
    await window.message('See https').waitFor();
    await check(window, `${name}-talk`);
    await window.message('See https').getByRole('link', { name: '1 reply' }).click();
    await window.message('A reply', window.thread).waitFor();
    await check(window, `${name}-thread`);
    await window.page.getByRole('button', { name: 'Close the thread' }).click();
    await window.page.getByRole('button', { name: 'People, 2' }).click();
    await window.page.getByRole('dialog', { name: 'People' }).waitFor();
    await check(window, `${name}-people`);
    await window.page.keyboard.press('Escape');
    await window.message('See https').focus();
    await window.message('See https').getByRole('button', { name: 'React' }).press('Enter');
    await window.page.getByRole('dialog', { name: 'Choose a reaction' }).waitFor();
    await check(window, `${name}-picker`);
    await window.close();
  });
});
