import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { useMe } from '../../api/me.ts';
import { strings } from '../../strings/strings.ts';
import { EVENT_SCOPE } from '../catalog/search-reports.ts';
import { EstimatePane } from '../estimate/estimate-pane.tsx';
import { FieldContext } from '../fields/field-context.ts';
import { FilterFields } from '../fields/filter-fields.tsx';
import { FormNotice } from '../form-notice.tsx';
import { generatePath } from '../generate-path.ts';
import { soundFilters } from '../schema/check-filters.ts';
import { DeliverySection } from './delivery-section.tsx';
import { FileSection } from './file-section.tsx';
import classes from './report-form.module.css';
import { type ReportFormSource, useReportForm } from './use-report-form.ts';

export interface ReportFormProps extends ReportFormSource {
  /** Shown above the fields. */
  readonly note?: string;
}

/** What to put into the file and what to do with it, beside an estimate of it. */
export function ReportForm({ note, ...props }: ReportFormProps) {
  const { report, eventId } = props;
  const { fields, values, change, changeFilters, estimate, notes, errors, messages, problem, send, isSending } =
    useReportForm(props);
  const texts = strings.generate.form;
  const navigate = useNavigate();
  const acceptsExports = useMe().data?.rollout.acceptExports ?? true;

  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input:not([type="hidden"]), textarea, button')?.focus();
  }, []);

  return (
    <form
      ref={form}
      className={classes.form}
      data-test="report-params-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (acceptsExports && !isSending) send();
      }}
    >
      <div className={classes.panes}>
        <div className={classes.fields}>
          {!acceptsExports && (
            <FormNotice tone="warning" id="generate-paused">
              {texts.paused}
            </FormNotice>
          )}
          {[...(note === undefined ? [] : [note]), ...notes].map((text) => (
            <FormNotice key={text}>{text}</FormNotice>
          ))}
          {messages.length > 0 && (
            <FormNotice tone="warning" ref={problem} tabIndex={-1} role="alert" title={texts.refused}>
              {messages.map((text) => (
                <div key={text}>{text}</div>
              ))}
            </FormNotice>
          )}
          <FieldContext
            value={{
              reportId: report.id,
              timeZone: values.timeZone,
              scope: report.scope,
              isScopeFixed: eventId !== undefined && report.scope === EVENT_SCOPE,
              errors,
              choiceFilters: soundFilters(fields, values.filters),
            }}
          >
            <FilterFields fields={fields} values={values.filters} path={['filters']} onChange={changeFilters} />
          </FieldContext>
          <FileSection report={report} values={values} fileBody={estimate.body} errors={errors} onChange={change} />
          <DeliverySection values={values} errors={errors} onChange={change} />
        </div>
        <EstimatePane estimate={estimate} />
      </div>
      <footer className={classes.footer}>
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
          onClick={() => void navigate(generatePath({ eventId }))}
        >
          {texts.back}
        </Button>
        <Button
          type="submit"
          data-test="report-submit-cta"
          loading={isSending}
          disabled={!acceptsExports}
          aria-describedby={acceptsExports ? undefined : 'generate-paused'}
        >
          {texts.submit}
        </Button>
      </footer>
    </form>
  );
}
