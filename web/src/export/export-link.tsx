import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';

export interface ExportLinkProps {
  readonly exportId: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** Opens an export over the page one is on. */
export function ExportLink({ exportId, className, children }: ExportLinkProps) {
  const { pathname, search } = useLocation();
  const parameters = new URLSearchParams(search);
  parameters.set('export', exportId);
  return (
    <Link className={className} to={{ pathname, search: `?${parameters}` }}>
      {children}
    </Link>
  );
}
