import { type RefObject, useEffect, useRef } from 'react';

/**
 * Keeps the focus where the work was: when what had it is gone from the page, because a dialog was closed or an action
 * is not offered any more, the last button of the place gets it.
 * @param stage changes when other buttons are offered
 */
export function useKeptFocus(place: RefObject<HTMLElement | null>, isAsking: boolean, stage: string): void {
  const wasHere = useRef(false);

  useEffect(() => {
    const noteFocus = ({ target }: FocusEvent) => {
      wasHere.current = isAsking || place.current?.contains(target as Node) === true;
    };
    document.addEventListener('focusin', noteFocus);
    return () => document.removeEventListener('focusin', noteFocus);
  }, [place, isAsking]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: with the stage, the button that had the focus may have gone
  useEffect(() => {
    if (isAsking || !wasHere.current || document.activeElement !== document.body) return;
    const buttons = place.current?.querySelectorAll('button') ?? [];
    ([...buttons].at(-1) ?? place.current)?.focus({ preventScroll: true });
  }, [place, isAsking, stage]);
}
