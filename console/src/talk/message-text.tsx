import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** Beyond this many characters or lines only the beginning is shown at first. */
const LONG = 1500;
const LINES = 20;

const URL_FORM = /https?:\/\/[^\s<>"]+/g;
/** What ends a sentence, and is no part of the address before it. */
const TRAILING = /[.,;:!?'")\]}]+$/;

/** As it was written, and nothing of it as markup; addresses of the web become links. */
export function MessageText({ text }: { text: string }): JSX.Element {
  const isLong = text.length > LONG || text.split('\n', LINES + 1).length > LINES;
  const [isWhole, setWhole] = useState(false);
  return (
    <>
      <p class={`message-text ${isLong && !isWhole ? 'is-cut' : ''}`}>{linked(text)}</p>
      {isLong && (
        <button type="button" class="text-button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show less' : 'Show all'}
        </button>
      )}
    </>
  );
}

function linked(text: string): (string | JSX.Element)[] {
  const parts: (string | JSX.Element)[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(URL_FORM)) {
    const address = found.replace(TRAILING, '');
    if (!URL.canParse(address)) continue;
    parts.push(text.slice(from, index), <WebLink key={index} address={address} />);
    from = index + address.length;
  }
  return [...parts, text.slice(from)];
}

/** Tells the page behind it nothing of this one. */
function WebLink({ address }: { address: string }): JSX.Element {
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow">
      {address}
    </a>
  );
}
