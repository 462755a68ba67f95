import { randomUUID } from 'node:crypto';
import { Client, type ClientConfig, type QueryResult, type QueryResultRow } from 'pg';
import type { DatabaseSnapshot } from '../../core/ports/export-source.ts';
import { CopyStream } from './copy-stream.ts';
import { renderValue } from './render-sql.ts';

/** How to reach the database as the read-only role. */
export interface DatabaseCredentials {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** With TLS the server's certificate and name are always verified, against Node's authorities. */
  readonly tls: boolean;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** On whose behalf a session reads. */
export interface Reader {
  readonly accountId: string;
  /** IANA name; timestamps are written with its offset. */
  readonly timeZone: string;
}

/** A connection of its own, in a read-only transaction at one database snapshot. */
export class Session {
  readonly #client: Client;
  readonly #config: ClientConfig & { application_name: string };
  #isIdle: () => boolean = () => false;
  #closing: Promise<void> | undefined;

  /** @param signal closes the session, whatever it is at */
  constructor(credentials: DatabaseCredentials, signal: AbortSignal | undefined) {
    const { tls, ...reach } = credentials;
    this.#config = {
      ...reach,
      ssl: tls,
      // Unique, so that exactly this session can be found and ended from another one.
      application_name: `waybill ${randomUUID()}`,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    };
    this.#client = new Client(this.#config);
    // The statement that is running gets the error as well; without a listener Node would end the process.
    this.#client.on('error', () => {});
    signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  /**
   * Connects and begins the transaction. `app.account_id` is what policies of row-level security may refer to.
   * @param shared the name of a snapshot to read at, in place of one of its own
   */
  async begin({ accountId, timeZone }: Reader, statementTimeoutMs: number, shared?: string): Promise<DatabaseSnapshot> {
    await this.#client.connect();
    // In one round trip. The transaction's first statement that reads takes the snapshot.
    const { rows } = await this.query<Required<DatabaseSnapshot>>(`
      BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
      ${shared === undefined ? '' : `SET TRANSACTION SNAPSHOT ${renderValue(shared)};`}
      SELECT set_config('app.account_id', ${renderValue(accountId)}, true);
      SELECT set_config('TimeZone', ${renderValue(timeZone)}, true);
      SET LOCAL statement_timeout = ${statementTimeoutMs};
      SET LOCAL datestyle = 'ISO, YMD';
      SET LOCAL extra_float_digits = 1;
      SET LOCAL standard_conforming_strings = on;
      SELECT pg_current_snapshot()::text AS id, floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "takenAt"`);
    const snapshot = rows[0];
    if (snapshot === undefined) throw new Error('The database returned no snapshot');
    return snapshot;
  }

  /** @returns the answer to the last statement */
  async query<Row extends QueryResultRow>(text: string): Promise<QueryResult<Row>> {
    this.#isIdle = () => false;
    // One result, or an array of those of several statements, which pg's types do not know.
    const results: QueryResult<Row> | QueryResult<Row>[] = await this.#client.query<Row>(text);
    this.#isIdle = () => true;
    return Array.isArray(results) ? results.at(-1) : results;
  }

  copy(text: string): CopyStream {
    const copy = this.#client.query(new CopyStream(text));
    this.#isIdle = () => copy.finished;
    return copy;
  }

  /** Ends the session at once: a statement that is still running is ended on the server too. Never throws. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#isIdle()) {
      await this.#client.end().catch(() => {});
      return;
    }
    (this.#client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await this.#terminateOnServer().catch(() => {});
  }

  /** The server would notice a closed connection only when it next sends a row, which a long sort may delay by minutes. */
  async #terminateOnServer(): Promise<void> {
    const other = new Client({ ...this.#config, application_name: 'waybill cancel' });
    other.on('error', () => {});
    try {
      await other.connect();
      await other.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
        this.#config.application_name,
      ]);
    } finally {
      await other.end().catch(() => {});
    }
  }
}
