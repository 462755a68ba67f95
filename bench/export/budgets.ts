import { type Measured, ratioOf } from '../list/figures.ts';
import { type ContestantId, MANY_ROWS, MOST_ROWS } from './contestant.ts';
import { type Measurements, resultsOf } from './measurements.ts';
import type { Result } from './result.ts';

export interface Verdict {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  readonly verdict: 'met' | 'not met' | 'not run';
  /** Of what was measured: how many rows. */
  readonly rows: number | undefined;
  /** What the figures say of it. */
  readonly why: string;
}

interface Found {
  readonly value: number;
  readonly rows?: number;
  readonly why: string;
}

interface Budget {
  readonly what: string;
  readonly unit: 'times' | 'MB' | '%' | 's' | 'sessions';
  readonly atLeast?: number;
  readonly atMost?: number | ((measurements: Measurements) => number | undefined);
  /** Undefined where what it takes was not run. */
  find(measurements: Measurements): Found | undefined;
}

const FEW_ROWS = 10_000;
/** Memory is to stay what it is up to this many rows. */
const GROWN_ROWS = 5_000_000;

type Pick = (result: Result) => number | undefined;

const seconds: Pick = (result) => result.seconds;
const many = (rows: number) => rows >= MANY_ROWS;
const few = (rows: number) => rows === FEW_ROWS;

/** How many times as fast, at the largest size that both have of those meant. */
function timesAsFast(ours: ContestantId, theirs: ContestantId, isMeant = many, pick: Pick = seconds) {
  return (measurements: Measurements): Found | undefined => {
    const results = resultsOf(measurements);
    const pairs = results.flatMap((own) => {
      if (own.id !== ours || !isMeant(own.rows)) return [];
      const other = results.find(({ id, rows }) => id === theirs && rows === own.rows);
      return other === undefined ? [] : [{ rows: own.rows, result: own, own: pick(own), other: pick(other) }];
    });
    const [pair] = pairs.sort((a, b) => b.rows - a.rows);
    if (!pair?.own || pair.other === undefined) return undefined;
    const why = `${ownQuery(pair.result, results)}${processorsDuring(pair.result)}`;
    return { value: pair.other / pair.own, rows: pair.rows, why };
  };
}

function peaksOf(of: ContestantId, measurements: Measurements) {
  return resultsOf(measurements).flatMap(({ id, rows, usualMegabytes, peakMegabytes }) =>
    id === of && usualMegabytes && peakMegabytes ? [{ rows, usual: usualMegabytes, value: peakMegabytes }] : [],
  );
}

function peaksInWords(of: ContestantId, measurements: Measurements): string {
  const peaks = peaksOf(of, measurements).map(
    ({ rows, usual, value }) =>
      `${usual.toFixed(0)} MB, at most ${value.toFixed(0)}, at ${rows.toLocaleString('en')} rows`,
  );
  return `${peaks.join('; ')}.`;
}

/** How much of a csv is the database's: what psql takes for the same query, without a file. */
function ownQuery({ id, rows, seconds }: Result, results: readonly Result[]): string {
  const alone = results.find((each) => each.id === 'psql-same' && each.rows === rows);
  if (alone === undefined || !id.startsWith('csv')) return '';
  return `psql takes ${alone.seconds.toFixed(2)} s for the export's own query, to nowhere, and the export ${seconds.toFixed(2)} s; `;
}

/** Who had the processors while a contestant ran. */
function processorsDuring({ cpuSeconds = 0, partySeconds, seconds: took, fromRequestSeconds = took }: Result): string {
  if (partySeconds === undefined) return 'nobody else was watched.';
  const { database, cloud, records, others } = partySeconds;
  const total = cpuSeconds + database + cloud + records + others;
  const part = (seconds: number) => `${((seconds / total) * 100).toFixed(0)} %`;
  return `${(total / fromRequestSeconds).toFixed(1)} processors were at work meanwhile: ${part(database)} for the database, ${part(cpuSeconds)} for the worker, ${part(cloud)} for the local cloud with its storage, ${part(records)} for its table, ${part(others)} for others.`;
}

/** Of all formats the one that takes longest, with what comes before and after the worker. */
function slowestFormat(measurements: Measurements): Found | undefined {
  const taken = resultsOf(measurements).flatMap(({ id, rows, fromRequestSeconds: value }) =>
    rows === MANY_ROWS && value !== undefined ? [{ id, rows, value }] : [],
  );
  const [slowest] = taken.sort((a, b) => b.value - a.value);
  return slowest && { ...slowest, why: `${slowest.id} takes longest.` };
}

function peak(of: ContestantId) {
  return (measurements: Measurements): Found | undefined => {
    const [most] = peaksOf(of, measurements).sort((a, b) => b.value - a.value);
    return most && { ...most, why: peaksInWords(of, measurements) };
  };
}

/** How much more memory five millions of rows take than half a million: medians, as single runs are a fifth apart. */
function growth(of: ContestantId) {
  return (measurements: Measurements): Found | undefined => {
    const peakAt = (size: number) => peaksOf(of, measurements).find(({ rows }) => rows === size)?.usual;
    const [first, last] = [peakAt(MANY_ROWS), peakAt(GROWN_ROWS)];
    if (!first || !last) return undefined;
    return { value: (last / first - 1) * 100, rows: GROWN_ROWS, why: peaksInWords(of, measurements) };
  };
}

const handsOf: Partial<Record<ContestantId, string>> = {
  psql: 'psql, which reads the same rows',
  'psql-twice': 'two of psql, which have a connection each, like the readers of a parallel export',
};

/** How many times as long a look-up takes beside an export. */
function lookUpTimes(besides: ContestantId, byHandId: ContestantId, othersYield?: true) {
  return ({ lookUps }: Measurements): Found | undefined => {
    const p95 = (name: ContestantId | 'idle', isYielding?: true) =>
      lookUps?.phases.find((phase) => phase.beside === name && phase.othersYield === isYielding)?.p95Ms;
    const [idle, busy] = [p95('idle'), p95(besides, othersYield)];
    if (!lookUps || !idle || !busy) return undefined;
    const byHand = p95(byHandId);
    const beside = byHand === undefined ? '' : `, and ${byHand.toFixed(2)} ms beside ${handsOf[byHandId]}`;
    const alone = p95(besides, true);
    const shared =
      othersYield || alone === undefined
        ? ''
        : ` Worker and storage share the database's processors here: where they yield them it is ${alone.toFixed(2)} ms.`;
    const why = `${idle.toFixed(2)} ms idle, ${busy.toFixed(2)} ms beside the export${beside}.${shared}`;
    return { value: busy / idle, rows: lookUps.rows, why };
  };
}

/** A creation's p95 with many clients at once, in times of that of its own database calls. */
function creationTimes({ api }: Measurements): Found | undefined {
  if (api === undefined) return undefined;
  const why = `with ${api.clients} clients at once; ${api.errors} requests failed.`;
  return { value: api.errors === 0 ? api.ratio : Number.POSITIVE_INFINITY, why };
}

/** How many times the median of what is short. */
function listTimes(what: Measured) {
  return ({ lists }: Measurements): Found | undefined => {
    const value = lists && ratioOf(lists.taken, what);
    if (lists === undefined || value === undefined) return undefined;
    const { exports, beside, waiting, waitingBeside } = lists.sizes;
    return { value, why: `${exports} exports beside ${beside}, and ${waiting} in line beside ${waitingBeside}.` };
  };
}

const growing: readonly ContestantId[] = ['csv', 'csv-parallel', 'csv-gzip', 'ndjson', 'parquet', 'xlsx'];
/** Rates to psql are those of a million rows, as near to it as was run. */
const aMillion = (rows: number) => many(rows) && rows <= MOST_ROWS;

const overAMillion = (rows: number) => rows > MOST_ROWS;

/** How many times the processor time of csv that of csv-stringify is. */
function clientTimes(isMeant: (rows: number) => boolean) {
  return (measurements: Measurements): Found | undefined => {
    const found = timesAsFast('csv', 'csv-stringify', isMeant, ({ cpuSeconds }) => cpuSeconds)(measurements);
    return found && { ...found, why: `[csv is made in the worker](adr/0006-csv-in-the-worker.md); ${found.why}` };
  };
}

/** What is promised, as ratios of one run; seconds of a machine that others use say little. */
const budgets: readonly Budget[] = [
  { what: 'csv against psql to nowhere', unit: 'times', atLeast: 0.8, find: timesAsFast('csv', 'psql', aMillion) },
  {
    what: 'csv, parallel, against psql to nowhere',
    unit: 'times',
    atLeast: 1.2,
    find: timesAsFast('csv-parallel', 'psql', aMillion),
  },
  {
    what: 'csv, parallel, of five million rows',
    unit: 'times',
    atLeast: 1.2,
    find: timesAsFast('csv-parallel', 'psql', overAMillion),
  },
  { what: 'csv against csv-stringify', unit: 'times', atLeast: 4, find: timesAsFast('csv', 'csv-stringify', aMillion) },
  {
    what: 'the same, processor time of the client',
    unit: 'times',
    atLeast: 8,
    find: clientTimes(aMillion),
  },
  {
    what: 'processor time of the client, of five million rows',
    unit: 'times',
    atLeast: 8,
    find: clientTimes(overAMillion),
  },
  { what: 'csv against pandas', unit: 'times', atLeast: 10, find: timesAsFast('csv', 'pandas', aMillion) },
  {
    what: 'gzip against psql, uncompressed',
    unit: 'times',
    atLeast: 0.5,
    find: timesAsFast('csv-gzip', 'psql', (rows) => rows === MANY_ROWS),
  },
  {
    what: 'zstd against psql, uncompressed',
    unit: 'times',
    atLeast: 0.6,
    find: timesAsFast('csv-zstd', 'psql', (rows) => rows === MANY_ROWS),
  },
  {
    what: '10,000 rows, from the claim on, against csv-stringify',
    unit: 'times',
    atLeast: 5,
    find: timesAsFast('csv', 'csv-stringify', few),
  },
  { what: '500,000 rows in any format, from the request until ready', unit: 's', atMost: 300, find: slowestFormat },
  { what: 'xlsx against exceljs', unit: 'times', atLeast: 5, find: timesAsFast('xlsx', 'exceljs', aMillion) },
  { what: 'memory of the worker, xlsx', unit: 'MB', atMost: 150, find: peak('xlsx') },
  { what: 'memory of the worker, csv', unit: 'MB', atMost: 192, find: peak('csv') },
  { what: 'memory of the worker, csv, parallel', unit: 'MB', atMost: 192, find: peak('csv-parallel') },
  { what: 'memory of a worker, csv, several tasks', unit: 'MB', atMost: 192, find: peak('csv-partitioned') },
  ...growing.map(
    (id): Budget => ({
      what: `memory from 500,000 to 5,000,000 rows, ${id.replace('-', ', ')}`,
      unit: '%',
      atMost: 10,
      find: growth(id),
    }),
  ),
  {
    what: 'look-ups by key during an export, p95, against idle',
    unit: 'times',
    atMost: 1.5,
    find: lookUpTimes('csv', 'psql'),
  },
  {
    what: 'the same, its worker and storage yielding the processors',
    unit: 'times',
    atMost: 1.5,
    find: lookUpTimes('csv', 'psql', true),
  },
  {
    what: 'look-ups during a parallel one',
    unit: 'times',
    atMost: 1.5,
    find: lookUpTimes('csv-parallel', 'psql-twice'),
  },
  {
    what: 'the same, its worker and storage yielding',
    unit: 'times',
    atMost: 1.5,
    find: lookUpTimes('csv-parallel', 'psql-twice', true),
  },
  {
    what: 'sessions in the database at once, against the cap of the role',
    unit: 'sessions',
    atMost: ({ lookUps }) => lookUps?.connections.cap,
    find: ({ lookUps }) =>
      lookUps === undefined ? undefined : { value: lookUps.connections.most, why: 'more than its role may have.' },
  },
  {
    what: 'POST /v1/exports under load, p95, against its own database calls',
    unit: 'times',
    atMost: 5,
    find: creationTimes,
  },
  { what: 'first page of a long list, against a short one', unit: 'times', atMost: 1.5, find: listTimes('first') },
  {
    what: 'the same, when all on it wait in a long line',
    unit: 'times',
    atMost: 1.5,
    find: listTimes('firstOfLine'),
  },
  {
    what: 'admission out of a long line, against a short one',
    unit: 'times',
    atMost: 1.5,
    find: listTimes('admitLong'),
  },
  {
    what: '`npm start`, not the first, to the report center answering',
    unit: 's',
    atMost: 10,
    find: ({ startUp }) =>
      startUp === undefined || startUp.laterSeconds.length === 0
        ? undefined
        : { value: Math.max(...startUp.laterSeconds), why: 'the slowest of all starts but the first.' },
  },
];

const decimals: Readonly<Record<Budget['unit'], number>> = { times: 2, MB: 0, '%': 0, s: 1, sessions: 0 };

/** With as many decimals more as it takes not to read like the bound that it misses. */
function figureOf(value: number, unit: Budget['unit'], missed: number | undefined): string {
  let figure = value.toFixed(decimals[unit]);
  for (let more = 1; more <= 3 && Number(figure) === missed; more += 1) figure = value.toFixed(decimals[unit] + more);
  return figure;
}

export function budgetsOf(measurements: Measurements): readonly Verdict[] {
  return budgets.map(({ what, unit, atLeast, atMost, find }) => {
    const bound = atLeast ?? (typeof atMost === 'function' ? atMost(measurements) : atMost);
    const wanted = bound === undefined ? '-' : `at ${atLeast === undefined ? 'most' : 'least'} ${bound} ${unit}`;
    const found = find(measurements);
    if (found === undefined || bound === undefined) {
      return { what, wanted, found: '-', verdict: 'not run', rows: undefined, why: '' };
    }
    const isMet = atLeast === undefined ? found.value <= bound : found.value >= bound;
    return {
      what,
      wanted,
      found: `${figureOf(found.value, unit, isMet ? undefined : bound)} ${unit}`,
      verdict: isMet ? 'met' : 'not met',
      rows: found.rows,
      why: found.why,
    };
  });
}
