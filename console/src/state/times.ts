const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const longDayOfYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

const DAY = 86_400_000;

/** Of a time on the wire: UTC with microseconds. */
export const dateOf = (time: string): Date => new Date(`${time.slice(0, 10)}T${time.slice(11, 23)}Z`);

export const clockTime = (date: Date): string => clock.format(date);

export const wholeTime = (date: Date): string => whole.format(date);

export const isSameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();

/** As short as it is clear: the time of today, a weekday of this week, else the day. */
export function shortTime(date: Date): string {
  const now = new Date();
  if (isSameDay(date, now)) return clock.format(date);
  return now.getTime() - date.getTime() < 6 * DAY ? weekday.format(date) : shortDay.format(date);
}

export function dayName(date: Date): string {
  const now = new Date();
  if (isSameDay(date, now)) return 'Today';
  if (isSameDay(date, new Date(now.getTime() - DAY))) return 'Yesterday';
  return (date.getFullYear() === now.getFullYear() ? longDay : longDayOfYear).format(date);
}
