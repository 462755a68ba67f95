import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { strings } from '../strings/strings.ts';

/** The way on from every page of this room. @param exportId the one to open there */
export function ToReports({ exportId }: { exportId?: string | undefined }) {
  const search = exportId === undefined ? '' : `?${new URLSearchParams({ export: exportId })}`;
  return (
    <Anchor component={Link} to={`/${search}`}>
      {exportId === undefined ? strings.gates.toReports : strings.gates.toExport}
    </Anchor>
  );
}
