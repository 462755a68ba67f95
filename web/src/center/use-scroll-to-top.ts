import { useEffect, useRef } from 'react';

/**
 * Begins at the top when another page of the list has come.
 * @param page which one is shown; undefined while another is on its way
 */
export function useScrollToTop(page: string | undefined): void {
  const shown = useRef(page);
  useEffect(() => {
    if (page === undefined || page === shown.current) return;
    shown.current = page;
    window.scrollTo({ top: 0 });
  }, [page]);
}
