import { VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { statusChanges } from './status-changes.ts';

/** Says to a screen reader what the eye sees change. */
export function StatusAnnouncer({ exports }: { exports: readonly ExportView[] | undefined }) {
  const before = useRef<readonly ExportView[]>([]);
  const [words, setWords] = useState('');
  useEffect(() => {
    if (exports === undefined) return;
    const changes = statusChanges(before.current, exports);
    before.current = exports;
    if (changes.length > 0) setWords(changes.join('. '));
  }, [exports]);
  return (
    <VisuallyHidden aria-live="polite" role="status">
      {words}
    </VisuallyHidden>
  );
}
