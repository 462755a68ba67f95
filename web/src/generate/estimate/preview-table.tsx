import { Text } from '@mantine/core';
import { useId } from 'react';
import type { EstimateView } from '../../../../core/contract/estimate-schemas.ts';
import { strings } from '../../strings/strings.ts';
import classes from './preview-table.module.css';

export interface PreviewTableProps {
  readonly columns: EstimateView['columns'];
  readonly rows: EstimateView['preview'];
}

/** The first rows as they would be written. */
export function PreviewTable({ columns, rows }: PreviewTableProps) {
  const captionId = useId();
  const texts = strings.generate.estimate;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable for the arrow keys
    <section className={classes.region} aria-labelledby={captionId} tabIndex={0}>
      <table className={classes.table}>
        <Text component="caption" size="sm" id={captionId} className={classes.caption}>
          {rows.length === 0 ? texts.noPreview : texts.preview(rows.length)}
        </Text>
        <thead>
          <tr>
            {columns.map(({ name, header }) => (
              <th key={name} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and are all replaced together
            <tr key={index}>
              {columns.map(({ name }, column) => (
                <td key={name}>{row[column]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
