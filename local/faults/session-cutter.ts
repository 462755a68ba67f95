import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** How often new sessions are looked for. One that lives shorter may be missed. */
const POLL_MS = 10;

/** A session that is cut lives for less than this after it was seen. */
const MAX_DELAY_MS = 400;

/**
 * Decides about a session of a database role: undefined leaves it alone, otherwise when it is cut, from 0 (at once) up to 1.
 */
type DecideOnSession = (role: string) => number | undefined;

/** Ends database sessions on the server, as a crash or a failover would. */
export class SessionCutter {
  readonly #client: Client;
  readonly #decide: DecideOnSession;
  #known: ReadonlySet<number> = new Set();
  readonly #stopping = new AbortController();
  #watching: Promise<void> = Promise.resolve();

  private constructor(client: Client, decide: DecideOnSession) {
    this.#client = client;
    this.#decide = decide;
  }

  /** Watches the sessions of all roles but the superuser's own. */
  static async start(postgresUrl: string, decide: DecideOnSession): Promise<SessionCutter> {
    const client = new Client({ connectionString: postgresUrl });
    // The query under way fails as well; without a listener the event would end this process.
    client.on('error', () => {});
    await client.connect();
    const cutter = new SessionCutter(client, decide);
    cutter.#watching = cutter.#watch();
    return cutter;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    await this.#client.end().catch(() => {});
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const sessions = await this.#sessions();
      for (const { pid, role } of sessions) {
        if (this.#known.has(pid)) continue;
        const when = this.#decide(role);
        if (when !== undefined) setTimeout(() => this.#cut(pid), when * MAX_DELAY_MS).unref();
      }
      this.#known = new Set(sessions.map(({ pid }) => pid));
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #sessions(): Promise<{ pid: number; role: string }[]> {
    const text = `SELECT pid, usename AS role FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND usename <> current_user`;
    try {
      return (await this.#client.query<{ pid: number; role: string }>(text)).rows;
    } catch {
      // The server is being stopped, or restarted; then its sessions are gone anyway.
      this.#stopping.abort();
      return [];
    }
  }

  #cut(pid: number): void {
    this.#client.query('SELECT pg_terminate_backend($1)', [pid]).catch(() => {});
  }
}
