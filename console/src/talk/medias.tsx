import type { JSX } from 'preact';
import type { Message } from 'talk-client';
import { Icon } from '../parts/icon.js';

type Media = Message['medias'][number];

/** Only such may be followed, whatever the message says. */
const isWebAddress = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** What goes with a message, to be followed; nothing of it is loaded by itself. */
export function Medias({ medias }: { medias: Media[] }): JSX.Element | null {
  if (medias.length === 0) return null;
  return (
    <ul class="medias">
      {medias.map((media, index) => (
        <li key={index}>
          <MediaCard media={media} />
        </li>
      ))}
    </ul>
  );
}

function MediaCard({ media: { type, url = '', name } }: { media: Media }): JSX.Element {
  const isLink = isWebAddress(url);
  const host = isLink ? new URL(url).host : '';
  const content = (
    <>
      <Icon name={type.startsWith('image/') ? 'image' : 'file'} />
      <span class="media-name">{name || host || type}</span>
      <span class="media-detail">{[type, name && host].filter(Boolean).join(' · ')}</span>
    </>
  );
  if (!isLink) return <span class="media">{content}</span>;
  return (
    <a class="media" href={url} target="_blank" rel="noopener noreferrer nofollow">
      {content}
    </a>
  );
}
