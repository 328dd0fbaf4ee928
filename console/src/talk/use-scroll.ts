import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Pixels from the end that still count as being there. */
const NEAR = 48;

interface Ends {
  oldest: string | undefined;
  newest: string | undefined;
  /** Whether the newest is one's own, and to be seen. */
  isOwn: boolean;
}

export interface Scroll {
  /** Whether the newest is out of sight, and whether something came meanwhile. */
  isAway: boolean;
  hasNews: boolean;
  onScroll: () => void;
  toNewest: () => void;
}

/** Whoever is at the end stays there; to everyone else what is in sight stays where it is. */
export function useScroll(list: { current: HTMLElement | null }, ends: Ends): Scroll {
  const [isAway, setAway] = useState(false);
  const [hasNews, setNews] = useState(false);
  const place = useRef({ fromEnd: 0, isAtEnd: true, ends });
  const note = (): void => {
    const element = list.current;
    if (!element) return;
    const fromEnd = element.scrollHeight - element.scrollTop;
    const isAtEnd = fromEnd - element.clientHeight < NEAR;
    place.current = { ...place.current, fromEnd, isAtEnd };
    setAway(!isAtEnd);
    if (isAtEnd) setNews(false);
  };
  const toNewest = (): void => void list.current?.scrollTo({ top: list.current.scrollHeight });
  useLayoutEffect(() => {
    const element = list.current;
    const { isAtEnd, fromEnd, ends: before } = place.current;
    if (!element) return;
    const hasNewest = before.newest !== ends.newest;
    if (isAtEnd || (hasNewest && ends.isOwn)) element.scrollTop = element.scrollHeight;
    else if (before.oldest !== ends.oldest) element.scrollTop = element.scrollHeight - fromEnd;
    else if (hasNewest) setNews(true);
    place.current = { ...place.current, ends };
    note();
  });
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    // The window, the field below or a picture of letters may take room from it.
    const watch = new ResizeObserver(() => {
      if (place.current.isAtEnd) element.scrollTop = element.scrollHeight;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return { isAway, hasNews, onScroll: note, toNewest };
}
