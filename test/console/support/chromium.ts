import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian puts it. */
const PROGRAM = '/usr/bin/chromium';

const mayInstall = (): boolean =>
  process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;

function install(): void {
  console.log('\nThere is no Chromium; installing it with apt-get …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update'], { env, stdio: 'ignore' });
  const packages = ['chromium', 'fonts-noto-color-emoji'];
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env, stdio: 'ignore' });
}

function hasChromium(): boolean {
  if (!existsSync(PROGRAM) && mayInstall()) install();
  if (existsSync(PROGRAM)) return true;
  if (process.env.CI === 'true') throw new Error(`there is no Chromium at ${PROGRAM}, and none can be had`);
  console.log(`\nSkipped: there is no Chromium at ${PROGRAM}, and none can be installed.`);
  return false;
}

/** `describe`, where there is a browser to look with. */
export const describeInBrowser = hasChromium() ? describe : describe.skip;

/** A browser without a window; as root it cannot have a sandbox of its own. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: PROGRAM, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
