// Checks the catalog against a database: npm run reports -- check
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { checkAgainstDatabase } from '../adapters/postgres/check-report.ts';
import { postgresReportChoices } from '../adapters/postgres/report-choices.ts';
import type { DatabaseCredentials } from '../adapters/postgres/session.ts';
import { checkReport, describeMistake, type ReportMistake } from '../core/domain/check-report.ts';
import { fileColumns } from '../core/domain/export-plan.ts';
import { freezeRequest } from '../core/domain/freeze-request.ts';
import { columnsOf, type Report } from '../core/domain/report.ts';
import { catalog } from '../reports/index.ts';

const USAGE = `Usage: npm run reports -- check [options]
  --report ID        one report only
  --account ID       whose rows are read (acme)
  --filters JSON     for reports that need some: {"event":"1"} (the first of the choices they offer)
  --url URL          postgresql://USER:PASSWORD@HOST:PORT/DATABASE (the local cloud's, which then must be running)
  --origin URL       where the local cloud is (http://127.0.0.1:4000)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    report: { type: 'string' },
    account: { type: 'string', default: 'acme' },
    filters: { type: 'string' },
    url: { type: 'string' },
    origin: { type: 'string', default: 'http://127.0.0.1:4000' },
  },
});
if (positionals.join() !== 'check') {
  console.error(USAGE);
  process.exit(2);
}

const reports = catalog.reports.filter(({ id }) => values.report === undefined || id === values.report);
if (reports.length === 0) {
  console.error(`There is no report ${values.report}; there are ${catalog.reports.map(({ id }) => id).join(', ')}.`);
  process.exit(2);
}
const credentials = credentialsIn(values.url ?? (await localDatabaseUrl()));
let mistaken = 0;
for (const report of reports) {
  const mistakes = await mistakesOf(report);
  const source = await readFile(new URL(`../reports/${report.id}.ts`, import.meta.url), 'utf8');
  for (const mistake of mistakes) console.error(describeMistake(report, source, mistake));
  if (mistakes.length === 0) console.log(`OK ${report.id}`);
  mistaken += mistakes.length;
}
process.exit(mistaken === 0 ? 0 : 1);

async function mistakesOf(report: Report): Promise<readonly ReportMistake[]> {
  const mistakes = checkReport(report);
  if (mistakes.length > 0 || report.source.kind !== 'postgres') return mistakes;
  const frozen = freezeRequest(
    report,
    {
      format: report.formats[0],
      filters: values.filters === undefined ? await neededFilters(report) : JSON.parse(values.filters),
      columns: Object.keys(columnsOf(report, {})),
      compression: 'none',
      dialect: 'rfc4180',
      locale: 'en',
      timeZone: 'UTC',
      neutralizeFormulas: true,
    },
    undefined,
    Date.now(),
  );
  if (!frozen.ok) {
    const wrong = frozen.issues.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
    return [{ path: ['filters'], message: `cannot be checked with these (${wrong}): name others with --filters` }];
  }
  const { snapshot } = frozen;
  const plan = { accountId: values.account, report, snapshot, columns: fileColumns(report, snapshot) };
  return checkAgainstDatabase(plan, credentials);
}

/** The first choice for each filter that a request must have. */
async function neededFilters(report: Report): Promise<Record<string, string>> {
  const filters: Record<string, string> = {};
  const parsed = report.filters.safeParse({});
  for (const { path } of parsed.error?.issues ?? []) {
    const filter = String(path[0]);
    if (report.choices?.[filter] === undefined) continue;
    const plan = { accountId: values.account, report, filter, filters, timeZone: 'UTC' };
    const [first] = await postgresReportChoices(async () => credentials).choices(plan, { limit: 1 });
    if (first !== undefined) filters[filter] = first.value;
  }
  return filters;
}

async function localDatabaseUrl(): Promise<string> {
  try {
    const answer = await fetch(new URL('/local/info', values.origin));
    const { postgresUrl } = (await answer.json()) as { postgresUrl: string };
    return postgresUrl;
  } catch {
    console.error(`There is no local cloud at ${values.origin}: start it (npm start), or name a database with --url.`);
    process.exit(1);
  }
}

function credentialsIn(url: string): DatabaseCredentials {
  const { hostname, port, pathname, username, password, searchParams } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 5432),
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    tls: (searchParams.get('sslmode') ?? 'disable') !== 'disable',
  };
}
