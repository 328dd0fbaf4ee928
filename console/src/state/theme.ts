import { keepStored, readStored } from './storage.js';

export type Theme = 'light' | 'dark';

const KEY = 'talk-theme';
const storage = (): Storage => localStorage;
const DARK = '(prefers-color-scheme: dark)';

const chosen = (): Theme | undefined => {
  const text = readStored(storage, KEY);
  return text === 'light' || text === 'dark' ? text : undefined;
};

/** The one that was chosen, else the system's. */
export const currentTheme = (): Theme => chosen() ?? (matchMedia(DARK).matches ? 'dark' : 'light');

export function applyTheme(): void {
  const theme = chosen();
  if (theme) document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  keepStored(storage, KEY, theme);
  document.documentElement.dataset.theme = theme;
}

/** Calls back when the system changes its own, until what this returns is called. */
export function onSystemTheme(listener: () => void): () => void {
  const dark = matchMedia(DARK);
  dark.addEventListener('change', listener);
  return () => dark.removeEventListener('change', listener);
}
