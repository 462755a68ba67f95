/** The id of the control for a part of the request. */
export function controlId(pointer: string): string {
  return `generate${pointer}`;
}

const focusable = 'input:not([type="hidden"]), textarea, select, button, [tabindex="0"]';

/** Moves the focus to the control for a part of the request, or to the first one within it. */
export function focusControl(pointer: string): void {
  const element = document.getElementById(controlId(pointer));
  const target = element?.matches(focusable)
    ? element
    : (element?.querySelector<HTMLElement>('input:checked') ?? element?.querySelector<HTMLElement>(focusable));
  target?.focus();
}
