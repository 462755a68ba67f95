import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useMe } from '../api/me.ts';
import { useReports } from '../api/reports.ts';
import { strings } from '../strings/strings.ts';
import { type CenterSearch, sortOptions, statusOptions } from './center-search.ts';
import classes from './center-toolbar.module.css';

export interface CenterToolbarProps {
  readonly search: CenterSearch;
  readonly onChange: (change: Partial<CenterSearch>) => void;
}

/** What is in the list: by status, by report, and whose, for those who may read everybody's. */
export function CenterToolbar({ search, onChange }: CenterToolbarProps) {
  const { data: me } = useMe();
  const { data: reports = [] } = useReports();
  const { status, reportId, isMineOnly, sort } = search;
  const titles = reports.map(({ id, title }) => ({ value: id, label: title }));
  // The address may name a report that its reader cannot have any more.
  const isKnown = reportId === undefined || titles.some(({ value }) => value === reportId);
  const texts = strings.center;
  return (
    <search className={classes.toolbar} aria-label={texts.filters}>
      <NativeSelect
        aria-label={texts.status}
        className={classes.field}
        value={status ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ status: statusOptions.find((each) => each === value) })}
        data={[
          { value: '', label: texts.anyStatus },
          ...statusOptions.map((value) => ({ value, label: strings.export.statuses[value] })),
        ]}
      />
      <NativeSelect
        aria-label={texts.report}
        className={classes.field}
        value={reportId ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ reportId: value === '' ? undefined : value })}
        data={[
          { value: '', label: texts.anyReport },
          ...titles,
          ...(isKnown ? [] : [{ value: reportId, label: reportId }]),
        ]}
      />
      <NativeSelect
        aria-label={texts.sort}
        className={`${classes.field} ${classes.sort}`}
        value={sort}
        onChange={({ currentTarget: { value } }) =>
          onChange({ sort: sortOptions.find((each) => each === value) ?? sort })
        }
        data={sortOptions.map((value) => ({ value, label: texts.sorts[value] }))}
      />
      {me?.permissions.includes('exports:read-all') && (
        <SegmentedControl
          aria-label={texts.whose}
          className={classes.whose}
          value={isMineOnly ? 'mine' : 'everyone'}
          onChange={(value) => onChange({ isMineOnly: value === 'mine' })}
          data={[
            { value: 'everyone', label: texts.everyone },
            { value: 'mine', label: texts.mine },
          ]}
        />
      )}
    </search>
  );
}
