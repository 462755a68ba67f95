import { useEffect, useState } from 'react';

/** Gives the focus back to where it was, however this component goes: closed, or left by the browser's Back. */
export function useReturnFocus(): void {
  const [origin] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // Once what had the focus is gone, it is on the body.
      setTimeout(() => {
        if (document.activeElement === document.body && origin instanceof HTMLElement) origin.focus();
      });
    },
    [origin],
  );
}
