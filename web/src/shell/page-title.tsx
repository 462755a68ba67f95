import { useDocumentTitle } from '@mantine/hooks';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { strings } from '../strings/strings.ts';

const PageTitleContext = createContext<(title: string | undefined) => void>(() => {});

export interface PageTitlesProps {
  /** Undefined until it is known. */
  readonly account: string | undefined;
  readonly children: ReactNode;
}

/** Keeps the document's title: `Reports · acme`, unless a page within has one of its own. */
export function PageTitles({ account, children }: PageTitlesProps) {
  const [page, setPage] = useState<string>();
  useDocumentTitle(strings.shell.title(page ?? strings.common.reports, account));
  return <PageTitleContext value={setPage}>{children}</PageTitleContext>;
}

/** The page's own title, for as long as it is shown. */
export function usePageTitle(title: string): void {
  const setPage = use(PageTitleContext);
  useEffect(() => {
    setPage(title);
    return () => setPage(undefined);
  }, [title, setPage]);
}
