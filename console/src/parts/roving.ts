const STEPS: Record<string, (index: number, count: number) => number> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** The arrow keys, Home and End move among the items of a list; inside a field they are the field's. */
export function moveFocus(event: KeyboardEvent, list: HTMLElement | null, items: string): void {
  const step = STEPS[event.key];
  const target = event.target as HTMLElement;
  if (!step || !list || target.closest('textarea, input, [popover]') || event.altKey || event.ctrlKey) return;
  const all = [...list.querySelectorAll<HTMLElement>(items)];
  const current = all.findIndex((item) => item.contains(target));
  const next = all[step(current, all.length)];
  if (current < 0 || !next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}
