import type { JSX } from 'preact';

const HUES = 8;

const initialsOf = (name: string): string => {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? ['?'];
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase())
    .join('');
};

/** The same colour for the same agent, everywhere. */
const hueOf = (id: string): number =>
  [...id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 997, 7) % HUES;

interface AvatarProps {
  id: string;
  name: string;
  size?: 'small' | 'medium';
}

export function Avatar({ id, name, size = 'medium' }: AvatarProps): JSX.Element {
  return (
    <span class={`avatar is-${size} hue-${hueOf(id)}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
