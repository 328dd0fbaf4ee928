import { createContext, type ComponentChildren, type JSX } from 'preact';
import { useCallback, useContext, useMemo, useRef, useState } from 'preact/hooks';
import { explain } from '../state/explain.js';
import { Icon } from './icon.js';

/** Milliseconds that a notice stays. */
const STAYS = 7000;

/** Carries out what somebody asked for, and says so where it fails. */
export type Try = (work: () => Promise<unknown>) => Promise<boolean>;

const Context = createContext<Try>(() => Promise.resolve(false));

export const useTry = (): Try => useContext(Context);

/** Says what went wrong, over the page, for a while. */
export function Notices({ children }: { children: ComponentChildren }): JSX.Element {
  const [text, setText] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const attempt = useCallback<Try>(async (work) => {
    try {
      await work();
      return true;
    } catch (error) {
      clearTimeout(timer.current);
      setText(explain(error));
      timer.current = setTimeout(() => setText(undefined), STAYS);
      return false;
    }
  }, []);
  const page = useMemo(() => <Context.Provider value={attempt}>{children}</Context.Provider>, [children]);
  return (
    <>
      {page}
      <div class="notices" role="alert">
        {text && (
          <p class="notice">
            <Icon name="alert" />
            {text}
            <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => setText(undefined)}>
              <Icon name="close" />
            </button>
          </p>
        )}
      </div>
    </>
  );
}
