import { useExport } from '../api/exports.ts';
import { strings } from '../strings/strings.ts';
import { CatalogStep } from './catalog/catalog-step.tsx';
import { ReportStep } from './form/report-step.tsx';
import type { Draft } from './form/use-report-form.ts';
import type { ReadLink } from './generate-link.ts';
import { LoadingStep } from './loading-step.tsx';

export interface GenerateStepsProps {
  readonly link: ReadLink;
  readonly eventId: string | undefined;
  /** By report: forms that were begun. */
  readonly drafts: Map<string, Draft>;
  readonly onDone: () => void;
}

/** The step that the address names: the catalog, or one report's form. */
export function GenerateSteps(props: GenerateStepsProps) {
  const { link, eventId, drafts, onDone } = props;
  if (link.from !== undefined) return <FromExport {...props} exportId={link.from} />;
  if (link.type === undefined) return <CatalogStep eventId={eventId} />;
  return (
    <ReportStep key={link.type} reportId={link.type} link={link} eventId={eventId} drafts={drafts} onDone={onDone} />
  );
}

/** The form of the report of which an export was, filled in with its request. */
function FromExport({ exportId, link, ...props }: GenerateStepsProps & { readonly exportId: string }) {
  const { data: source, isPending } = useExport(exportId);
  const texts = strings.generate.prefill;
  if (isPending) return <LoadingStep />;
  const reportId = link.type ?? source?.report.id;
  if (reportId === undefined) return <CatalogStep eventId={props.eventId} note={texts.unreadableExport} />;
  const common = { ...props, link, reportId };
  if (source === undefined) return <ReportStep key={reportId} {...common} note={texts.unreadableExport} />;
  if (source.report.id !== reportId) return <ReportStep key={reportId} {...common} note={texts.anotherReport} />;
  return <ReportStep key={reportId} {...common} source={source} />;
}
