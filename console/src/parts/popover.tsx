import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const GAP = 6;
const MARGIN = 8;

interface PopoverProps {
  /** What it stands beside. */
  anchor: HTMLElement;
  label: string;
  class: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** Over everything, beside its anchor; a click elsewhere or Escape closes it. */
export function Popover({ anchor, label, class: name, onClose, children }: PopoverProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const popover = element.current;
    if (!popover) return;
    const closed = (event: ToggleEvent): void => {
      if (event.newState !== 'closed') return;
      onClose();
      if (!document.activeElement || document.activeElement === document.body) anchor.focus();
    };
    popover.addEventListener('toggle', closed);
    popover.showPopover();
    place(popover, anchor);
    popover.querySelector<HTMLElement>('button, input')?.focus();
    return () => popover.removeEventListener('toggle', closed);
  }, [anchor]);
  return (
    <div ref={element} popover="auto" class={`popover ${name}`} role="dialog" aria-label={label}>
      {children}
    </div>
  );
}

/** Below the anchor where there is room, else above it; never beyond the window. */
function place(popover: HTMLElement, anchor: HTMLElement): void {
  const from = anchor.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const isBelow = from.bottom + GAP + height + MARGIN <= innerHeight;
  const top = isBelow ? from.bottom + GAP : from.top - GAP - height;
  const left = Math.min(from.right - width, innerWidth - width - MARGIN);
  popover.style.top = `${Math.max(MARGIN, top)}px`;
  popover.style.left = `${Math.max(MARGIN, left)}px`;
}
