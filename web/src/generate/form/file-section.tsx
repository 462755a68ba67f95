import { Radio } from '@mantine/core';
import type { ReportView } from '../../../../core/contract/report-schemas.ts';
import type { Format } from '../../../../core/domain/report.ts';
import type { ExportBody } from '../../api/export-body.ts';
import { strings } from '../../strings/strings.ts';
import { ColumnsField } from '../fields/columns-field.tsx';
import { controlId } from './control-id.ts';
import classes from './file-section.module.css';
import type { FormValues } from './form-values.ts';
import { MoreOptions } from './more-options.tsx';
import { Section } from './section.tsx';
import type { FormChange } from './use-form-values.ts';

export interface FileSectionProps {
  readonly report: ReportView;
  readonly values: FormValues;
  /** What the file would be made from, once the filters are right. */
  readonly fileBody: ExportBody | undefined;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (change: FormChange) => void;
}

/** What the file is like: its format, its columns and how values are written. */
export function FileSection({ report, values, fileBody, errors, onChange }: FileSectionProps) {
  const texts = strings.generate;
  return (
    <Section title={texts.form.file}>
      <Radio.Group
        id={controlId('/format')}
        label={texts.form.format}
        value={values.format}
        error={errors.get('/format')}
        onChange={(format) => onChange({ format: format as Format })}
        data-test="report-params-format"
      >
        <div className={classes.formats}>
          {report.formats.map((format) => (
            <Radio
              key={format}
              value={format}
              label={texts.formats[format].label}
              description={texts.formats[format].use}
              classNames={{ root: classes.format, body: classes.formatBody, labelWrapper: classes.formatLabel }}
            />
          ))}
        </div>
      </Radio.Group>
      <ColumnsField
        report={report}
        picked={values.columns}
        fileBody={fileBody}
        error={errors.get('/columns')}
        onChange={(columns) => onChange({ columns })}
      />
      <MoreOptions report={report} values={values} errors={errors} onChange={onChange} />
    </Section>
  );
}
