import { mkdtemp, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** Plays a scene on a Talk of its own, and takes the README's picture of it: two agents, side by side. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const AGENTS = { 'Agent A': 'light', 'Agent B': 'dark', 'Agent C': 'light' };
const SIZE = { width: 800, height: 640 };

async function startTalk(folder) {
  const env = { PATH: process.env.PATH, PORT: '0', METRICS_PORT: 'off', DATA_DIR: folder };
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      const address = /Talk is ready at (\S+)/.exec(chunk.toString())?.[1];
      if (address) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`Talk ended with ${code}`)));
  });
  const stop = () => new Promise((resolve) => child.once('exit', resolve) && child.kill('SIGTERM'));
  return { url, stop };
}

/** A window in which one of the demo's agents is logged in. */
async function openConsole(browser, url, name, colorScheme) {
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 1.5, colorScheme });
  await page.goto(`${url}/console`);
  await page.getByRole('button', { name }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

async function startTalkOf(page, name, people) {
  await page.getByRole('button', { name: 'New talk' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  for (const person of people) await dialog.getByRole('checkbox', { name: person }).check();
  await dialog.getByRole('button', { name: 'Start talk' }).click();
  await page.getByRole('heading', { name }).waitFor();
}

async function openTalk(page, name) {
  await page.getByRole('navigation').getByRole('link', { name }).click();
  await page.getByRole('heading', { name }).waitFor();
}

async function say(page, text, field = 'Message') {
  const box = page.getByRole('textbox', { name: field, exact: true });
  await box.fill(text);
  await box.press('Enter');
  await page.getByRole('article').filter({ hasText: text }).first().waitFor();
  await page.getByText('Sending …').waitFor({ state: 'detached' });
}

async function hover(page, text) {
  const message = page.getByRole('article').filter({ hasText: text }).first();
  await message.hover();
  return message;
}

async function react(page, text, emoji) {
  const message = await hover(page, text);
  await message.getByRole('button', { name: 'React' }).click();
  await page.getByRole('dialog').getByRole('button', { name: emoji }).click();
  await message.getByRole('button', { name: emoji }).waitFor();
}

async function reply(page, text, answers) {
  const message = await hover(page, text);
  await message.getByRole('button', { name: 'Reply in thread' }).click();
  for (const answer of answers) await say(page, answer, 'Reply');
  await page.getByRole('button', { name: 'Close the thread' }).click();
}

async function play(a, b, c) {
  await startTalkOf(a, 'Q1 Project', ['Agent B', 'Agent C']);
  await say(a, 'Sprint 1 completed!');
  await openTalk(c, 'Q1 Project');
  await say(c, "Great work! What's next?");
  await startTalkOf(a, 'Customer Issue #12345', ['Agent B', 'Agent C']);
  await say(a, 'Customer reporting payment failure');
  await openTalk(b, 'Customer Issue #12345');
  await react(b, 'Customer reporting payment failure', 'Looking into it');
  await say(b, 'Let me check the logs');
  await reply(b, 'Let me check the logs', ['Found it - gateway timeout', 'Retrying the transaction']);
  await openTalk(c, 'Customer Issue #12345');
  await say(c, 'The provider says that it was down until 10:20: https://status.example.com');
  await say(a, 'Customer confirmed it works now');
  for (const page of [b, c]) await react(page, 'Customer confirmed it works now', 'Thumbs up');
  await react(c, 'Customer confirmed it works now', 'Celebration');
}

/** Both windows on one page, as they stand side by side on a desk. */
async function takeBoth(browser, pages, path) {
  const pictures = await Promise.all(pages.map((page) => page.screenshot()));
  const page = await browser.newPage({ viewport: { width: 2 * SIZE.width + 72, height: SIZE.height + 48 } });
  const shown = pictures.map((picture) => `<img src="data:image/png;base64,${picture.toString('base64')}">`);
  await page.setContent(`<style>
    body { display: flex; gap: 24px; margin: 0; padding: 24px; background: #8d9bd8; }
    img { width: ${SIZE.width}px; border-radius: 12px; box-shadow: 0 10px 30px rgb(0 0 0 / 35%); }
  </style>${shown.join('')}`);
  await page.screenshot({ path });
}

const folder = await mkdtemp(join(tmpdir(), 'talk-picture-'));
const talk = await startTalk(folder);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const [a, b, c] = await Promise.all(
    Object.entries(AGENTS).map(([name, colors]) => openConsole(browser, talk.url, name, colors)),
  );
  await play(a, b, c);
  await a.getByRole('link', { name: '2 replies' }).waitFor();
  await b.getByRole('link', { name: '2 replies' }).click();
  await takeBoth(browser, [a, b], join(ROOT, 'docs/console.png'));
} finally {
  await browser.close();
  await talk.stop();
  await rm(folder, { recursive: true, force: true });
}
