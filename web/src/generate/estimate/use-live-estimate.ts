import { useDebouncedValue } from '@mantine/hooks';
import type { EstimateView } from '../../../../core/contract/estimate-schemas.ts';
import type { ReportView } from '../../../../core/contract/report-schemas.ts';
import { useEstimate } from '../../api/estimate.ts';
import type { ExportBody } from '../../api/export-body.ts';
import { ProblemError } from '../../api/problem-error.ts';
import { type FormValues, fileBody, formIssues } from '../form/form-values.ts';
import type { Issue } from '../form/placed-issues.ts';
import type { FilterField } from '../schema/filter-field.ts';
import { isWithin } from '../schema/json-pointer.ts';

const SETTLED_MS = 500;

/** What is known of the file that the form would give. */
export interface LiveEstimate {
  /** The last estimate, which may be of what the form said before. */
  readonly view: EstimateView | undefined;
  readonly state: 'current' | 'updating' | 'waiting' | 'refused' | 'failed';
  /** What was asked last; undefined as long as the form is not right. */
  readonly body: ExportBody | undefined;
  /** What the API found wrong with the form as it is now. */
  readonly issues: readonly Issue[];
  /** Places that have been wrong for a moment, not only while they are being typed. */
  readonly settledIssues: ReadonlySet<string>;
}

/** Asks for an estimate whenever the form has been left alone for a moment and is right as far as it can tell. */
export function useLiveEstimate(report: ReportView, fields: readonly FilterField[], values: FormValues): LiveEstimate {
  const [settled] = useDebouncedValue(values, SETTLED_MS);
  const found = formIssues(fields, settled);
  const isRight = found.every(({ pointer }) => isWithin(pointer, '/notify'));
  const body = isRight ? fileBody(report, fields, settled) : undefined;
  const { data: view, error, isFetching, isPlaceholderData } = useEstimate(body);

  const isSettled = settled === values || JSON.stringify(fileBody(report, fields, values)) === JSON.stringify(body);
  const issues = isSettled && isRight && error instanceof ProblemError ? (error.problem?.errors ?? []) : [];
  return {
    view,
    state: stateOf(),
    body,
    issues,
    settledIssues: new Set(found.map(({ pointer }) => pointer)),
  };

  function stateOf(): LiveEstimate['state'] {
    if (!isRight) return found.every(({ isMissing }) => isMissing) ? 'waiting' : 'refused';
    if (isFetching || !isSettled) return 'updating';
    if (error !== null) return issues.length > 0 ? 'refused' : 'failed';
    return isPlaceholderData ? 'updating' : 'current';
  }
}
