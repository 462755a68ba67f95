import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { strings } from '../strings/strings.ts';
import { type CenterSearch, type CenterSort, nextSort, sortDirection } from './center-search.ts';
import { ExportRow } from './export-row.tsx';
import classes from './export-table.module.css';

export interface ExportTableProps {
  readonly exports: readonly ExportView[];
  readonly sort: CenterSort;
  readonly onChange: (change: Partial<CenterSearch>) => void;
}

/** One page of exports: a table, which a narrow screen shows as cards. */
export function ExportTable({ exports, sort, onChange }: ExportTableProps) {
  return (
    <table className={classes.table} aria-label={strings.center.list} data-test="report-jobs-list">
      <ExportTableHead sort={sort} onChange={onChange} />
      <tbody>
        {exports.map((view) => (
          <ExportRow key={view.id} view={view} />
        ))}
      </tbody>
    </table>
  );
}

/** The headings, of which three sort. */
export function ExportTableHead({ sort, onChange }: Omit<ExportTableProps, 'exports'>) {
  const { columns } = strings.center;
  return (
    <thead className={classes.head}>
      <tr>
        <SortHeading column="status" sort={sort} onChange={onChange} />
        <SortHeading column="report" sort={sort} onChange={onChange} />
        <th scope="col" className={classes.progress}>
          {columns.progress}
        </th>
        <th scope="col" className={classes.requester}>
          {columns.requester}
        </th>
        <SortHeading column="createdAt" sort={sort} onChange={onChange} />
        <th scope="col" className={classes.actions}>
          {columns.actions}
        </th>
      </tr>
    </thead>
  );
}

interface SortHeadingProps extends Omit<ExportTableProps, 'exports'> {
  readonly column: 'status' | 'report' | 'createdAt';
}

const icons = { none: IconArrowsSort, ascending: IconArrowUp, descending: IconArrowDown };

function SortHeading({ column, sort, onChange }: SortHeadingProps) {
  const direction = sortDirection(sort, column);
  const Icon = icons[direction];
  return (
    <th scope="col" className={classes[column]} aria-sort={direction}>
      <button type="button" className={classes.sort} onClick={() => onChange({ sort: nextSort(sort, column) })}>
        {strings.center.columns[column]}
        <Icon className={classes.sortIcon} data-direction={direction} size={14} aria-hidden />
      </button>
    </th>
  );
}
