import { mkdir } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { TestAgent } from '../../support/world.js';

const PICTURES = '.test/screenshots';
/** Milliseconds to wait for what has to come. */
const PATIENCE = 30_000;

/** What a page may load from elsewhere: nothing. */
const violationsIn = (page: Page): string[] => {
  const seen: string[] = [];
  page.on('console', (line) => {
    if (/content security policy|trusted ?type/i.test(line.text())) seen.push(line.text());
  });
  page.on('pageerror', (error) => seen.push(error.message));
  return seen;
};

/** A console that an agent has open, as somebody sees and uses it. */
export class Window {
  private constructor(
    readonly page: Page,
    /** Violations of the policy, and errors that nobody caught. */
    readonly faults: string[],
  ) {}

  /** Logged in as the agent, without the form. */
  static async open(
    browser: Browser,
    url: string,
    agent?: TestAgent,
    options: BrowserContextOptions = {},
  ): Promise<Window> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(PATIENCE);
    if (agent) await context.addInitScript(`sessionStorage.setItem('talk-token', '${agent.token}')`);
    const page = await context.newPage();
    const faults = violationsIn(page);
    await page.goto(`${url}/console`);
    const window = new Window(page, faults);
    if (agent) await window.reaches('Live');
    return window;
  }

  /** Logged in as the agent, as by a reload. */
  async logIn(agent: TestAgent): Promise<void> {
    await this.enterAs(agent);
    await this.reaches('Live');
  }

  /** As by a reload with the agent's token, however long it lasts. */
  async enterAs({ token }: TestAgent): Promise<void> {
    await this.page.evaluate(`sessionStorage.setItem('talk-token', '${token}')`);
    await this.page.reload();
  }

  get log(): Locator {
    return this.page.getByRole('log', { name: 'Messages' });
  }

  get thread(): Locator {
    return this.page.getByRole('complementary', { name: 'Thread' });
  }

  /** A message by what it says, at top level or in the thread. */
  message(text: string, within = this.log): Locator {
    return within.getByRole('article').filter({ hasText: text });
  }

  /** Waits until the page says so of its connection. */
  async reaches(state: 'Live' | RegExp): Promise<void> {
    const status = this.page.getByRole('banner').getByRole('status').filter({ hasText: state });
    await status.waitFor().catch(async (error: Error) => {
      const shown = await this.page.locator('body').innerText();
      throw new Error(`${error.message}\n\nThe page shows:\n${shown}`);
    });
  }

  async startTalk(name: string, ...people: string[]): Promise<void> {
    await this.page.getByRole('button', { name: 'New talk' }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('Name').fill(name);
    for (const person of people) await dialog.getByRole('checkbox', { name: person }).check();
    await dialog.getByRole('button', { name: 'Start talk' }).click();
    await this.page.getByRole('heading', { name }).waitFor();
  }

  async openTalk(name: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name }).click();
    await this.page.getByRole('heading', { name }).waitFor();
  }

  /** Writes it and presses Enter. */
  async say(text: string, field = 'Message'): Promise<void> {
    const box = this.page.getByRole('textbox', { name: field, exact: true });
    await box.fill(text);
    await box.press('Enter');
  }

  async reply(to: string, text: string): Promise<void> {
    await this.message(to).first().hover();
    await this.message(to).first().getByRole('button', { name: 'Reply in thread' }).click();
    await this.say(text, 'Reply');
    await this.message(text, this.thread).waitFor();
  }

  async react(to: string, emoji: string): Promise<void> {
    await this.message(to).first().hover();
    await this.message(to).first().getByRole('button', { name: 'React' }).click();
    await this.page
      .getByRole('dialog', { name: 'Choose a reaction' })
      .getByRole('button', { name: emoji })
      .click();
  }

  /** Waits until the message shows this many of the reaction. */
  async sees(reaction: string, of: string): Promise<void> {
    await this.message(of).first().getByRole('button', { name: reaction }).waitFor();
  }

  /** Every message at top level, in the order in which they stand. */
  async texts(): Promise<string[]> {
    return this.log.locator('.message-text').allTextContents();
  }

  async picture(name: string): Promise<void> {
    await mkdir(PICTURES, { recursive: true });
    await this.page.screenshot({ path: `${PICTURES}/${name}.png` });
  }

  async close(): Promise<void> {
    await this.page.context().close();
    expect(this.faults).toEqual([]);
  }
}
