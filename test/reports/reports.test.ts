import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnsOf, type Report } from '../../core/domain/report.ts';
import { sql } from '../../core/domain/sql.ts';
import { catalog } from '../../reports/index.ts';
import { examples } from './examples.ts';
import { duplicateKeys, misfits } from './row-checks.ts';
import { type Row, type SampleReports, startSampleReports } from './sample-reports.ts';

let sample: SampleReports;
beforeAll(async () => {
  sample = await startSampleReports();
});
afterAll(() => sample[Symbol.asyncDispose]());

const reports = catalog.reports.filter(({ id }) => id in examples);
const cases = reports.map((report) => [report.id, report, exampleOf(report)] as const);

function exampleOf({ id }: Report) {
  const example = examples[id];
  if (example === undefined) throw new Error(`There is no example of ${id}`);
  return example;
}

function reportOf(id: string): Report {
  const report = catalog.reports.find((each) => each.id === id);
  if (report === undefined) throw new Error(`There is no report ${id}`);
  return report;
}

function idsOf(rows: readonly Row[], { id }: { id: string }) {
  return rows.map((row) => row[id]).sort();
}

describe.each(cases)('%s', (_, report, example) => {
  let rows: readonly Row[];
  beforeAll(async () => {
    rows = await sample.read(report, { filters: example.filters });
  });

  test('has the rows of a plain SELECT', async () => {
    expect(rows.length).toBeGreaterThan(5);
    expect(idsOf(rows, example)).toEqual([...(await sample.select(example.plain))].sort());
  });

  test('has a unique key, and numbers of no more digits than it says', () => {
    expect(duplicateKeys(rows, report.key)).toEqual([]);
    expect(misfits(rows, columnsOf(report, example.filters))).toEqual([]);
  });

  test.each(example.narrowed)('filters %j', async (filters, condition) => {
    const some = await sample.read(report, { filters: { ...example.filters, ...filters } });
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(rows.length);
    expect(idsOf(some, example)).toEqual([...(await sample.select(`${example.plain} AND ${condition}`))].sort());
  });

  test('gives another account nothing of it, with and without row-level security', async () => {
    const request = { accountId: 'globex', filters: example.filters } as const;
    const own = await sample.select(example.plain.replaceAll("'acme'", "'globex'"));
    expect(idsOf(await sample.read(report, request), example)).toEqual([...own].sort());
    expect(idsOf(await sample.readAsSuperuser(report, request), example)).toEqual([...own].sort());
  });
});

describe('days', () => {
  const zones = ['Pacific/Kiritimati', 'Europe/Berlin', 'Atlantic/Azores', 'America/New_York', 'Pacific/Pago_Pago'];
  const dated = cases.filter(([, , { instant }]) => instant !== undefined);

  test.each(dated)('of %s are those of the file’s time zone', async (_, report, { filters, instant, narrowed }) => {
    const column = instant ?? '';
    const wanted = { ...filters, ...narrowed[0]?.[0] };
    for (const timeZone of zones) {
      const days = (await sample.read(report, { filters: wanted, timeZone })).map(
        (row) => row[column]?.slice(0, 10) ?? '',
      );
      // The day on which clocks change, where the report has it, and some other.
      for (const day of new Set([days.includes('2025-11-02') ? '2025-11-02' : days.at(0), days.at(-1)])) {
        const { from: _, ...others } = wanted;
        const ofDay = await sample.read(report, { filters: { ...others, from: day, to: day }, timeZone });
        expect({ timeZone, day, rows: ofDay.length }).toEqual({
          timeZone,
          day,
          rows: days.filter((each) => each === day).length,
        });
        expect(new Set(ofDay.map((row) => row[column]?.slice(0, 10)))).toEqual(new Set([day]));
      }
    }
  });

  test('a period is one of them', async () => {
    const report = reportOf('transactions');
    const lastMonth = await sample.read(report, { filters: { period: 'last_month' } });
    expect(lastMonth).toEqual(await sample.read(report, { filters: { from: '2026-05-01', to: '2026-05-31' } }));
    expect(lastMonth.length).toBeGreaterThan(1000);
  });

  test('the activity log has the last 30 days, unless asked for others', async () => {
    const report = reportOf('activity-log');
    const days = (await sample.read(report)).map(({ occurredAt }) => occurredAt?.slice(0, 10));
    expect([days.at(0), days.at(-1)]).toEqual(['2026-05-17', '2026-06-15']);
  });
});

describe('what reports calculate', () => {
  test('attendance: visits, against the room', async () => {
    const rows = await sample.read(reportOf('attendance'), { filters: { event: '1001' } });
    const visits = await sample.select(
      `SELECT count(*) FROM app.session_visits WHERE event_id = 1001 GROUP BY session_id ORDER BY session_id`,
    );
    expect(rows.map(({ attendees }) => attendees)).toEqual(visits);
    const [first] = rows;
    const percent = (Number(first?.attendees) / Number(first?.capacity)) * 100;
    expect(Number(first?.utilization)).toBeCloseTo(percent, 2);
  });

  test('attendance: a session to which nobody has been is there, with 0', async () => {
    const rows = await sample.read(reportOf('attendance'), { filters: { event: '1012' } });
    expect(rows).toHaveLength(16);
    expect(new Set(rows.map(({ attendees }) => attendees))).toEqual(new Set(['0']));
    expect(rows[0]).toMatchObject({ utilization: '0.00', averageMinutes: null });
  });

  test('registration timeline: every day once, also those without registrations, and a sum that grows with them', async () => {
    const rows = await sample.read(reportOf('registration-timeline'), {
      filters: { event: '1009' },
      timeZone: 'Pacific/Kiritimati',
    });
    expect(rows.some(({ registrations }) => registrations === '0')).toBe(true);
    let sum = 0;
    for (const { registrations, cumulative } of rows) {
      sum += Number(registrations);
      expect(cumulative).toBe(String(sum));
    }
    expect(sum).toBe(300);
  });

  test('ticket blocks: nothing allocated is no percentage', async () => {
    const rows = await sample.read(reportOf('ticket-block-utilization'), { filters: { event: '1001' } });
    expect(rows.at(-1)).toMatchObject({ allocated: '0', remaining: '0', utilization: null });
    for (const { allocated, sold, released, remaining } of rows) {
      expect(Number(sold) + Number(released) + Number(remaining)).toBe(Number(allocated));
    }
  });

  test('text that looks like a number keeps its zeros, and amounts all their digits', async () => {
    const [ticket] = await sample.read(reportOf('ticketing'), { filters: { event: '1001' } });
    expect(ticket?.barcode).toMatch(/^0001001\d{6}$/);
    const rows = await sample.read(reportOf('transactions'), { filters: { from: '2024-01-01', to: '2024-01-03' } });
    expect(rows[0]?.transactionId).toBe('900000000000000001');
    expect(rows.every(({ amount }) => /^-?\d+\.\d{6}$/.test(amount ?? ''))).toBe(true);
    expect(rows.map(({ tags }) => tags)).toContain('[]');
  });
});

describe('these tests would notice', () => {
  const guests = reportOf('guest-list');
  const request = { filters: { event: '1001' } };

  test('a key that is not unique', async () => {
    expect(duplicateKeys(await sample.read(guests, request), ['status'])).toHaveLength(3);
  });

  test('a number with more digits than its column says', async () => {
    const rows = await sample.read(reportOf('ticketing'), request);
    const price = { header: '', type: 'decimal', precision: 4, scale: 2 } as const;
    expect(misfits(rows, { price })).toContain('price: 122.50');
    expect(misfits(rows, { price: { ...price, precision: 12, scale: 1 } }).length).toBeGreaterThan(0);
    expect(misfits(rows, { price: { header: '', type: 'integer' } }).length).toBeGreaterThan(0);
  });

  test('a column of another type than it says', async () => {
    const columns = { ...columnsOf(guests, {}), name: { header: 'Name', type: 'integer' } } as const;
    await expect(sample.read({ ...guests, columns }, request)).rejects.toMatchObject({ code: 'internal' });
  });

  test('a query that says all rows were the account’s: row-level security still holds, the engine cannot', async () => {
    const query = () => sql`SELECT 'globex' AS "accountId", guest_id AS "guestId", name FROM app.guests`;
    const columns = { guestId: { header: '', type: 'integer' }, name: { header: '', type: 'text' } } as const;
    const lying: Report = { ...guests, columns, source: { kind: 'postgres', accountColumn: 'accountId', query } };
    const asked = { accountId: 'globex', ...request } as const;
    expect((await sample.readAsSuperuser(lying, asked)).length).toBe(14_850);
    expect((await sample.read(lying, asked)).length).toBe(700);
  });
});
