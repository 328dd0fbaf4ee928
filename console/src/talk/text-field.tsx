import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface TextFieldProps {
  label: string;
  placeholder: string;
  value: string;
  /** Whether it is to be written in at once. */
  isFocused?: boolean;
  onInput: (text: string) => void;
  onEnter: () => void;
  onEscape?: () => void;
}

/** A field that grows with its text; Enter is done, with Shift it breaks the line. */
export function TextField(props: TextFieldProps): JSX.Element {
  const { label, placeholder, value, isFocused, onInput, onEnter, onEscape } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [value]);
  useLayoutEffect(() => {
    if (!isFocused) return;
    field.current?.focus();
    field.current?.setSelectionRange(value.length, value.length);
  }, []);
  const press = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const isEnter = event.key === 'Enter' && !event.shiftKey;
    const isEscape = event.key === 'Escape' && onEscape !== undefined;
    if (!isEnter && !isEscape) return;
    event.preventDefault();
    event.stopPropagation();
    if (isEnter) onEnter();
    else onEscape?.();
  };
  return (
    <textarea
      ref={field}
      class="text-field"
      rows={1}
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
      onKeyDown={press}
    />
  );
}
