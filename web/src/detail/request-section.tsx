import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useReport } from '../api/reports.ts';
import { useFilterLabels } from '../export/use-filter-labels.ts';
import { formatCount } from '../format/numbers.ts';
import { strings } from '../strings/strings.ts';
import classes from './detail.module.css';
import { Fact, Facts } from './facts.tsx';
import { columnHeaders, filterFacts, toldAbout } from './request-facts.ts';
import { Section } from './section.tsx';

const words = strings.detail.request;

/** Of one filter, things that go by their name; whoever chose more sees the ids of the rest. */
const MOST_LABELS = 20;

/** What was asked for, as it was frozen when it was asked. */
export function RequestSection({ view }: { view: ExportView }) {
  const { data: report } = useReport(view.report.id);
  const label = useFilterLabels(view, report, MOST_LABELS);
  if (view.columns.length === 0) {
    return (
      <Section title={strings.detail.sections.request} testName="export-request">
        <p className={classes.quiet}>{words.erased}</p>
      </Section>
    );
  }
  const filters = filterFacts(view.filters, report, label);
  const headers = columnHeaders(view.columns, report);
  const isDelimited = view.format === 'csv' || view.format === 'tsv';
  return (
    <Section title={strings.detail.sections.request} testName="export-request">
      <Facts>
        <Fact name={words.report}>{words.version(view.report.title, view.report.version)}</Fact>
        {filters.length === 0 && <Fact name={words.filters}>{words.noFilters}</Fact>}
        {filters.map(({ name, title, value }) => (
          <Fact key={name} name={title}>
            {value}
          </Fact>
        ))}
        <Fact name={words.columns}>
          <details className={classes.columns}>
            <summary>{words.columnCount(headers.length, formatCount(headers.length))}</summary>
            {headers.join(', ')}
          </details>
        </Fact>
        <Fact name={words.format}>{view.format.toUpperCase()}</Fact>
        {view.compression !== 'none' && <Fact name={words.compression}>{view.compression}</Fact>}
        {view.partFiles && <Fact name={words.partFiles}>{words.partFilesAllowed}</Fact>}
        {isDelimited && <Fact name={words.dialect}>{words.dialects[view.dialect] ?? view.dialect}</Fact>}
        {isDelimited && (
          <Fact name={words.formulas}>{view.neutralizeFormulas ? words.neutralized : words.asTheyAre}</Fact>
        )}
        <Fact name={words.locale}>{view.locale}</Fact>
        <Fact name={words.timeZone}>{view.timeZone}</Fact>
        <Fact name={words.notify}>{toldAbout(view).join(', ') || words.nobody}</Fact>
        {view.note !== undefined && <Fact name={words.note}>{view.note}</Fact>}
      </Facts>
    </Section>
  );
}
