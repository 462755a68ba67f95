import { useLocation, useNavigate } from 'react-router';
import type { ExportView } from '../../../core/contract/export-schemas.ts';

/** Leads to the list of an export's files, where it has several. */
export const PART_FILES_HASH = '#part-files';

/** How many files the export is; several are downloaded one by one. */
export function partFilesOf({ file }: Pick<ExportView, 'file'>): number {
  return file === undefined ? 0 : (file.partFiles ?? 1);
}

/** The address of the list of an export's files. */
export function partFilesPath(exportId: string): string {
  return `/?${new URLSearchParams({ export: exportId })}${PART_FILES_HASH}`;
}

/** Opens the list of an export's files over the page one is on. */
export function useShowPartFiles(): (exportId: string) => void {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  return (exportId) => {
    const parameters = new URLSearchParams(search);
    parameters.set('export', exportId);
    void navigate({ pathname, search: `?${parameters}`, hash: PART_FILES_HASH });
  };
}
