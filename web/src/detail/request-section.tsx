import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useReport } from '../api/reports.ts';
import { formatCount } from '../format/numbers.ts';
import { strings } from '../strings/strings.ts';
import classes from './detail.module.css';
import { Fact, Facts } from './facts.tsx';
import { columnHeaders, filterFacts } from './request-facts.ts';
import { Section } from './section.tsx';

const words = strings.detail.request;

/** What was asked for, as it was frozen when it was asked. */
export function RequestSection({ view }: { view: ExportView }) {
  const { data: report } = useReport(view.report.id);
  if (view.columns.length === 0) {
    return (
      <Section title={strings.detail.sections.request} testName="export-request">
        <p className={classes.quiet}>{words.erased}</p>
      </Section>
    );
  }
  const filters = filterFacts(view.filters, report);
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
        {isDelimited && <Fact name={words.dialect}>{words.dialects[view.dialect] ?? view.dialect}</Fact>}
        <Fact name={words.locale}>{view.locale}</Fact>
        <Fact name={words.timeZone}>{view.timeZone}</Fact>
        {view.note !== undefined && <Fact name={words.note}>{view.note}</Fact>}
      </Facts>
    </Section>
  );
}
