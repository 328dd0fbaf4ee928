import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import type { Browser } from 'playwright-core';
import { createAgent, PASSWORD } from '../support/builders.js';
import { startReplica } from '../support/replica.js';
import { World } from '../support/world.js';
import { describeInBrowser, startBrowser } from './support/chromium.js';
import { Window } from './support/window.js';

const LOGIN_ENDED = 'Your login has ended. Log in again to go on.';

let world: World;
let url: string;

beforeAll(async () => {
  world = await World.create();
  url = world.replica(0).url;
});
afterAll(() => world.close());

describeInBrowser('entering a console', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await startBrowser()));
  afterAll(() => browser.close());

  it('takes a username and a password, stays logged in over a reload, and logs out', async () => {
    const admin = await world.agent('Admin', { role: 'admin' });
    const { username } = await createAgent(admin, { name: 'Agent A' });
    const window = await Window.open(browser, url);
    const { page } = window;
    expect(await page.getByRole('group', { name: 'Demo logins' }).count()).toBe(0);
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill('wrong password');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Username and password do not match.').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await window.reaches('Live');
    await page.reload();
    await window.reaches('Live');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in to Talk' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Log in to Talk' }).waitFor();
    await window.close();
  });

  it('reads again what could not be read at first, and stays logged in', async () => {
    const agent = await world.agent('Agent C');
    const window = await Window.open(browser, url);
    const failing = new Set(['me', 'agents', 'talk_messages']);
    await window.page.route(/\/(service_agents|agents)\b/, (route, request) =>
      failing.delete(new URL(request.url()).pathname.split('/').at(-1) ?? '')
        ? route.abort()
        : route.continue(),
    );
    await window.logIn(agent);
    await window.page.getByRole('button', { name: 'New talk' }).waitFor();
    expect(failing).toEqual(new Set());
    await window.close();
  });

  it('leads back to the login, with a word, when the token ends', async () => {
    const agent = await world.agent('Agent B', { expiresIn: 4 });
    const window = await Window.open(browser, url);
    await window.enterAs(agent);
    await window.page.getByText(LOGIN_ENDED).waitFor();
    await window.close();
  });

  it('says the same where a call finds out first', async () => {
    const agent = await world.agent('Agent D', { expiresIn: 4 });
    const window = await Window.open(browser, url);
    await window.page.route('**/service_agents/me', async (route) => {
      await sleep(Number(decodeJwt(agent.token).exp) * 1000 - Date.now());
      await route.continue();
    });
    await window.enterAs(agent);
    await window.page.getByText(LOGIN_ENDED).waitFor();
    await window.close();
  });
});

describe('the page', () => {
  const call = (path: string): Promise<Response> => fetch(url + path, { redirect: 'manual' });

  it('may load nothing but what Talk serves, and run no script that stands in it', async () => {
    const page = await call('/console/');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain(`connect-src 'self' ws://${new URL(url).host}`);
    expect(policy).not.toMatch(/unsafe|https?:|data:/);
    expect(await page.text()).not.toMatch(/<script(?![^>]* src=)|<style|style=|src="(?!\.\/)/);
  });

  it('is asked for anew each time, and what it names is kept for good', async () => {
    expect((await call('/console')).headers.get('location')).toBe('console/');
    const page = await call('/console/');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const named = [...(await page.text()).matchAll(/"\.\/(assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(named).toHaveLength(2);
    for (const path of named) {
      const file = await call(`/console/${path}`);
      expect(file.status).toBe(200);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });

  it('offers no login where Talk is no demo', async () => {
    expect(await (await call('/console/logins.json')).json()).toEqual({ agents: [], password: '' });
  });

  it.each(['/console/.sources', '/console/../package.json', '/console/nothing.js'])(
    'has no %s',
    async (path) => {
      expect((await call(path)).status).toBe(404);
    },
  );

  it('is not there where it is switched off', async () => {
    const without = await startReplica({ ...world.env, CONSOLE: 'false' });
    for (const path of ['/console', '/console/', '/console/logins.json']) {
      expect((await fetch(without.url + path)).status).toBe(404);
    }
    await without.stop();
  });
});
