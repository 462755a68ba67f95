import { Client } from 'pg';
import { CopyStream } from '../../../adapters/postgres/copy-stream.ts';
import type { DatabaseCredentials } from '../../../adapters/postgres/session.ts';
import {
  decimalMarkOf,
  delimiterOf,
  formulaStarts,
  isDelimited,
  skippedSpaces,
} from '../../../core/domain/delimited.ts';
import type { ExportPlan } from '../../../core/domain/export-plan.ts';
import type { ColumnType } from '../../../core/domain/report.ts';
import type { Row } from '../../../core/ports/export-source.ts';

const codes = (characters: readonly string[]) => characters.map((character) => character.codePointAt(0)).join(', ');
const starts = codes(formulaStarts);
const spaces = `'${skippedSpaces.join('')}'`;

/** The text of a value in a file, as an expression of SQL: the server's own writers know nothing of what adapters make of its rows. */
function written(type: ColumnType, value: string, { snapshot }: ExportPlan): string {
  switch (type) {
    case 'text':
    case 'enum':
    case 'json':
      return isDelimited(snapshot.format) && snapshot.neutralizeFormulas
        ? `CASE WHEN ascii(ltrim(${value}::text, ${spaces})) IN (${starts}) THEN '''' || ${value}::text ELSE ${value}::text END`
        : `${value}::text`;
    case 'decimal':
    case 'float': {
      const isComma = isDelimited(snapshot.format) && decimalMarkOf(snapshot) === ',';
      return isComma ? `translate(${value}::text, '.', ',')` : `${value}::text`;
    }
    case 'timestamp':
      return `CASE WHEN isfinite(${value}) THEN to_json(${value}) #>> '{}' ELSE initcap(${value}::text) END`;
    case 'date':
      return `CASE WHEN isfinite(${value}) THEN ${value}::text ELSE initcap(${value}::text) END`;
    default:
      return `${value}::text`;
  }
}

function selectOf(plan: ExportPlan, table: string): string {
  const columns = plan.columns.map(({ name, type }) => written(type, `"${name}"`, plan));
  return `SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${table}.id`;
}

async function connect(credentials: DatabaseCredentials, plan: ExportPlan): Promise<Client> {
  const client = new Client({ ...credentials, ssl: false });
  await client.connect();
  await client.query(`SET TimeZone = '${plan.snapshot.timeZone}'`);
  return client;
}

/** The file's bytes, without its heading, as the server itself writes csv; records end with CR LF. */
export async function csvBySql(credentials: DatabaseCredentials, plan: ExportPlan, table: string): Promise<Buffer> {
  const { format } = plan.snapshot;
  if (!isDelimited(format)) throw new TypeError(`${format} is not for COPY`);
  const delimiter = delimiterOf({ ...plan.snapshot, format });
  const client = await connect(credentials, plan);
  try {
    const command = `COPY (${selectOf(plan, table)}) TO STDOUT WITH (FORMAT csv, DELIMITER '${delimiter}')`;
    const chunks: Uint8Array[] = [];
    for await (const gathered of client.query(new CopyStream(command))) {
      for (const data of gathered) chunks.push(Buffer.from(data));
    }
    return Buffer.concat(chunks);
  } finally {
    await client.end();
  }
}

/** The rows as text. */
export async function rowsBySql(credentials: DatabaseCredentials, plan: ExportPlan, table: string): Promise<Row[]> {
  const client = await connect(credentials, plan);
  try {
    return (await client.query<string[]>({ text: selectOf(plan, table), rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}
