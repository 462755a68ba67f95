import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { ExportView } from '../../../../core/contract/export-schemas.ts';
import type { ReportView } from '../../../../core/contract/report-schemas.ts';
import { useMe } from '../../api/me.ts';
import { strings } from '../../strings/strings.ts';
import { EVENT_SCOPE } from '../catalog/search-reports.ts';
import { EstimatePane } from '../estimate/estimate-pane.tsx';
import { useLiveEstimate } from '../estimate/use-live-estimate.ts';
import { FieldContext } from '../fields/field-context.ts';
import { FilterFields } from '../fields/filter-fields.tsx';
import type { ReadLink } from '../generate-link.ts';
import { generatePath } from '../generate-path.ts';
import { soundFilters } from '../schema/check-filters.ts';
import { fieldsOf } from '../schema/filter-fields.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { browserSurroundings } from './browser-surroundings.ts';
import { focusControl } from './control-id.ts';
import { DeliverySection } from './delivery-section.tsx';
import { FileSection } from './file-section.tsx';
import { exportBody, type FormValues, formIssues } from './form-values.ts';
import { controlsOf, hiddenControls, namingRecipients, placeIssues } from './placed-issues.ts';
import { prefill } from './prefill.ts';
import classes from './report-form.module.css';
import { useFormValues } from './use-form-values.ts';
import { useSubmit } from './use-submit.ts';

/** A form that was begun. */
export interface Draft {
  readonly values: FormValues;
  /** Whether anything has been filled in since it opened. */
  readonly isChanged: boolean;
}

export interface ReportFormProps {
  readonly report: ReportView;
  readonly link: ReadLink;
  readonly eventId: string | undefined;
  readonly source?: ExportView;
  readonly note?: string;
  readonly draft: Draft | undefined;
  readonly onDraft: (draft: Draft) => void;
  readonly onDone: () => void;
}

/** What to put into the file and what to do with it, beside an estimate of it. */
export function ReportForm({ report, link, eventId, source, note, draft, onDraft, onDone }: ReportFormProps) {
  const texts = strings.generate.form;
  const navigate = useNavigate();
  const acceptsExports = useMe().data?.rollout.acceptExports ?? true;
  const fields = useMemo(() => fieldsOf(report.filters as JsonSchema, report.choices), [report]);
  const [opened] = useState(() =>
    prefill(report, fields, { link, source, eventId, surroundings: browserSurroundings() }),
  );
  const { values, refusals, setRefusals, change, changeFilters } = useFormValues(
    draft?.values ?? opened.values,
    (next) => onDraft({ values: next, isChanged: JSON.stringify(next) !== JSON.stringify(opened.values) }),
  );
  const [isAttempted, setAttempted] = useState(false);
  const [focusRequest, setFocusRequest] = useState(0);
  const estimate = useLiveEstimate(report, fields, values);

  const own = formIssues(fields, values).filter(({ isMissing, pointer }) =>
    isMissing ? isAttempted : isAttempted || estimate.settledIssues.has(pointer),
  );
  const placed = placeIssues(
    namingRecipients([...own, ...refusals, ...estimate.issues], values.notify),
    controlsOf(fields, values),
  );
  const { submit, isSending, message, clearMessage } = useSubmit({
    onCreated: onDone,
    onRefused: (issues) => {
      setRefusals(issues);
      setFocusRequest((count) => count + 1);
    },
  });

  const problem = useRef<HTMLDivElement>(null);
  const firstWrong = [...placed.byControl.keys()][0];
  const isHiddenWrong = hiddenControls.some((control) => placed.byControl.has(control));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves once for each refusal, not whenever an issue comes or goes
  useEffect(() => {
    if (focusRequest === 0) return;
    if (firstWrong === undefined) problem.current?.focus();
    else focusControl(firstWrong);
  }, [focusRequest]);

  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input:not([type="hidden"]), textarea, button')?.focus();
  }, []);

  const send = () => {
    setAttempted(true);
    if (formIssues(fields, values).length === 0) {
      submit(exportBody(report, fields, values));
      return;
    }
    clearMessage();
    setFocusRequest((count) => count + 1);
  };

  const notes = [...(note === undefined ? [] : [note]), ...opened.notes];
  const top = [
    ...(message === undefined ? [] : [message]),
    ...placed.others.map((issue) => `${issue.pointer} ${issue.message}`),
  ];
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
            <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} id="generate-paused">
              {texts.paused}
            </Alert>
          )}
          {notes.map((text) => (
            <Alert key={text}>{text}</Alert>
          ))}
          {top.length > 0 && (
            <Alert
              ref={problem}
              tabIndex={-1}
              role="alert"
              color="orange"
              icon={<IconAlertTriangle aria-hidden />}
              title={texts.refused}
            >
              {top.map((text) => (
                <div key={text}>{text}</div>
              ))}
            </Alert>
          )}
          <FieldContext
            value={{
              reportId: report.id,
              timeZone: values.timeZone,
              scope: report.scope,
              isScopeFixed: eventId !== undefined && report.scope === EVENT_SCOPE,
              errors: placed.byControl,
              choiceFilters: soundFilters(fields, values.filters),
            }}
          >
            <FilterFields fields={fields} values={values.filters} path={['filters']} onChange={changeFilters} />
          </FieldContext>
          <FileSection
            report={report}
            values={values}
            fileBody={estimate.body}
            errors={placed.byControl}
            isHiddenWrong={isHiddenWrong}
            onChange={change}
          />
          <DeliverySection values={values} errors={placed.byControl} onChange={change} />
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
