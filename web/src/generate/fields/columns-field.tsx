import { Button, Input, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { ReportView } from '../../../../core/contract/report-schemas.ts';
import { useEstimate } from '../../api/estimate.ts';
import type { ExportBody } from '../../api/export-body.ts';
import { strings } from '../../strings/strings.ts';
import { chosenNames, type KnownColumn, type PickedColumn, pickedColumns } from '../form/column-order.ts';
import { controlId } from '../form/control-id.ts';
import classes from './columns-field.module.css';
import { ColumnsPicker } from './columns-picker.tsx';

export interface ColumnsFieldProps {
  readonly report: ReportView;
  /** Undefined for the report's own set. */
  readonly picked: readonly PickedColumn[] | undefined;
  /** What the file would be made from, once the filters are right. */
  readonly fileBody: ExportBody | undefined;
  readonly error: string | undefined;
  readonly onChange: (picked: readonly PickedColumn[] | undefined) => void;
}

/** Which columns the file has, and in which order. */
export function ColumnsField({ report, picked, fileBody, error, onChange }: ColumnsFieldProps) {
  const known = useKnownColumns(report, fileBody);
  const [isAsked, setAsked] = useState(false);
  const regionId = useId();
  const columns = pickedColumns(known, picked);
  const texts = strings.generate.columns;
  const isOpen = isAsked && known.length > 0;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Input.Wrapper label={texts.title} labelElement="div" error={error}>
      <div className={classes.summary}>
        <Button
          id={controlId('/columns')}
          variant="default"
          size="compact-sm"
          leftSection={<Chevron size={16} aria-hidden />}
          aria-expanded={isOpen}
          aria-controls={regionId}
          disabled={known.length === 0}
          onClick={() => setAsked(!isOpen)}
        >
          {texts.show}
        </Button>
        <Text size="sm" className={classes.quiet}>
          {known.length === 0 ? texts.unknown : texts.summary(chosenNames(columns).length, known.length)}
        </Text>
      </div>
      <div id={regionId}>{isOpen && <ColumnsPicker known={known} columns={columns} onChange={onChange} />}</div>
    </Input.Wrapper>
  );
}

/** The report's columns; where they depend on the filters, those of the file that these filters give. */
function useKnownColumns(report: ReportView, fileBody: ExportBody | undefined): readonly KnownColumn[] {
  const { columns: _, ...ownSet } = fileBody ?? { report: report.id };
  const estimate = useEstimate(report.columnsDependOnFilters && fileBody ? ownSet : undefined);
  if (!report.columnsDependOnFilters) return report.columns;
  return (estimate.data?.columns ?? []).map((column) => ({ ...column, byDefault: true }));
}
