import { strings } from '../strings/strings.ts';
import type { CenterSearch, CenterSort } from './center-search.ts';
import classes from './export-table.module.css';
import { ExportTableHead } from './export-table.tsx';
import skeletonClasses from './list-skeleton.module.css';

/** They fill a screen; nobody sees more of them. */
const rows = Array.from({ length: 12 }, (_, index) => index);
const cells = [classes.status, classes.report, classes.progress, classes.requester, classes.createdAt];

export interface ListSkeletonProps {
  readonly sort: CenterSort;
  readonly onChange: (change: Partial<CenterSearch>) => void;
}

/** Before the first answer: the table as it is about to be. */
export function ListSkeleton({ sort, onChange }: ListSkeletonProps) {
  return (
    <table className={classes.table} aria-label={strings.center.loading} aria-busy>
      <ExportTableHead sort={sort} onChange={onChange} />
      <tbody>
        {rows.map((index) => (
          <tr key={index} className={classes.row}>
            {cells.map((cell) => (
              <td key={cell} className={cell}>
                <span className={skeletonClasses.bone} />
              </td>
            ))}
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
