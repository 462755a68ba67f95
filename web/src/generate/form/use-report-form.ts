import { useEffect, useMemo, useRef, useState } from 'react';
import type { ExportView } from '../../../../core/contract/export-schemas.ts';
import type { ReportView } from '../../../../core/contract/report-schemas.ts';
import { useLiveEstimate } from '../estimate/use-live-estimate.ts';
import type { ReadLink } from '../generate-link.ts';
import { fieldsOf } from '../schema/filter-fields.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { browserSurroundings } from './browser-surroundings.ts';
import { focusControl } from './control-id.ts';
import { exportBody, type FormValues, formIssues } from './form-values.ts';
import { controlsOf, inSentences, placeIssues } from './placed-issues.ts';
import { prefill } from './prefill.ts';
import { useFormValues } from './use-form-values.ts';
import { useSubmit } from './use-submit.ts';

/** A form that was begun. */
export interface Draft {
  readonly values: FormValues;
  /** Whether anything has been filled in since it opened. */
  readonly isChanged: boolean;
}

export interface ReportFormSource {
  readonly report: ReportView;
  readonly link: ReadLink;
  /** The event in whose report center the form stands. */
  readonly eventId: string | undefined;
  /** The export whose request fills in the form. */
  readonly source?: ExportView;
  readonly draft: Draft | undefined;
  readonly onDraft: (draft: Draft) => void;
  readonly onDone: () => void;
}

/** One report's form: what is in it, what is wrong with it, and sending it. */
export function useReportForm({ report, link, eventId, source, draft, onDraft, onDone }: ReportFormSource) {
  const fields = useMemo(() => fieldsOf(report.filters as JsonSchema, report.choices), [report]);
  const [opened] = useState(() =>
    prefill(report, fields, { link, source, eventId, surroundings: browserSurroundings() }),
  );
  const { values, refusals, setRefusals, change, changeFilters } = useFormValues(
    draft?.values ?? opened.values,
    (next) => onDraft({ values: next, isChanged: JSON.stringify(next) !== JSON.stringify(opened.values) }),
  );
  const estimate = useLiveEstimate(report, fields, values);

  const [isAttempted, setAttempted] = useState(false);
  const own = formIssues(fields, values).filter(
    ({ isMissing, pointer }) => isAttempted || (!isMissing && estimate.settledIssues.has(pointer)),
  );
  const issues = inSentences([...own, ...refusals, ...estimate.issues], values.notify);
  const { byControl: errors, others } = placeIssues(issues, controlsOf(fields, values));

  const { problem, showFirst } = useFirstMistake([...errors.keys()][0]);
  const { submit, isSending, message, clearMessage } = useSubmit({
    onCreated: onDone,
    onRefused: (named) => {
      setRefusals(named);
      showFirst();
    },
  });
  const send = () => {
    setAttempted(true);
    if (formIssues(fields, values).length === 0) {
      submit(exportBody(report, fields, values));
      return;
    }
    clearMessage();
    showFirst();
  };

  return {
    fields,
    values,
    change,
    changeFilters,
    estimate,
    notes: opened.notes,
    errors,
    /** What stands beside no field. */
    messages: [
      ...(message === undefined ? [] : [message]),
      ...others.map(({ pointer, message: text }) => `${pointer}: ${text}`),
    ],
    /** For the element that shows {@link messages}. */
    problem,
    send,
    isSending,
  };
}

/** Moves the focus to what has to be corrected first, once for each refusal, when it has been drawn. */
function useFirstMistake(control: string | undefined) {
  const problem = useRef<HTMLDivElement>(null);
  const [refusalCount, setRefusalCount] = useState(0);
  const shownCount = useRef(0);
  useEffect(() => {
    if (shownCount.current === refusalCount) return;
    shownCount.current = refusalCount;
    if (control === undefined) problem.current?.focus();
    else focusControl(control);
  }, [refusalCount, control]);
  return { problem, showFirst: () => setRefusalCount((count) => count + 1) };
}
