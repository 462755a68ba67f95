import { useCallback, useEffect, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type CenterSearch, readCenterSearch, writeCenterSearch } from './center-search.ts';

/**
 * The part of the list that the address names, and how to name another. An address that says something wrong is
 * mended without a trace in the browser's history.
 */
export function useCenterSearch(): [
  CenterSearch,
  (change: Partial<CenterSearch>, options?: { readonly replace: boolean }) => void,
] {
  const [parameters, setParameters] = useSearchParams();
  const text = parameters.toString();
  const search = useMemo(() => readCenterSearch(new URLSearchParams(text)), [text]);
  const change = useCallback(
    (wanted: Partial<CenterSearch>, options?: { readonly replace: boolean }) =>
      setParameters((current) => writeCenterSearch(current, wanted), options),
    [setParameters],
  );

  const isMended = writeCenterSearch(parameters, {}).toString() === text;
  useEffect(() => {
    if (!isMended) change({}, { replace: true });
  }, [isMended, change]);

  return [search, change];
}
