import { Anchor } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { strings } from '../strings/strings.ts';

/** A link to another export, which opens in place of this one; called by the end of its id. */
export function OtherExport({ exportId }: { exportId: string }) {
  const [search] = useSearchParams();
  const there = new URLSearchParams(search);
  there.set('export', exportId);
  return (
    <Anchor component={Link} to={{ search: `?${there}` }} inherit underline="always">
      {strings.detail.facts.otherExport(exportId.slice(-8))}
    </Anchor>
  );
}
