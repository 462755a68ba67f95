import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HistoryEvent } from './execution-history.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What is kept in memory of every execution there ever was; all else is in its history. */
export interface ExecutionRecord {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** Epoch milliseconds. */
  readonly startDate: number;
  readonly stopDate?: number;
}

/**
 * Executions on disk: `executions.jsonl`, where the last line of an execution counts, and a history per execution,
 * `histories/<state machine>/<name>.jsonl`, one event a line. Writes are synchronous and small: a line is on disk before
 * anything happens that follows from it, and lines keep their order.
 */
export class ExecutionStore {
  readonly #directory: string;
  readonly #records = new Map<string, ExecutionRecord>();
  /** ARNs in the order of their starts, by state machine. */
  readonly #started = new Map<string, string[]>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Reads what earlier runs left, and writes it back with one line per execution. */
  load(): void {
    mkdirSync(this.#directory, { recursive: true });
    for (const record of readLines<ExecutionRecord>(this.#indexPath)) this.#remember(record);
    const lines = [...this.#records.values()].map((record) => `${JSON.stringify(record)}\n`);
    writeFileSync(`${this.#indexPath}.new`, lines.join(''));
    renameSync(`${this.#indexPath}.new`, this.#indexPath);
  }

  /** The key that signs task tokens, made on first use. */
  tokenKey(): Buffer {
    const path = join(this.#directory, 'task-token-key');
    if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600 });
    return readFileSync(path);
  }

  save(record: ExecutionRecord): void {
    appendFileSync(this.#indexPath, `${JSON.stringify(record)}\n`);
    this.#remember(record);
  }

  find(arn: string): ExecutionRecord | undefined {
    return this.#records.get(arn);
  }

  /** A state machine's executions, oldest first. */
  list(stateMachineArn: string): readonly ExecutionRecord[] {
    return (this.#started.get(stateMachineArn) ?? []).flatMap((arn) => this.#records.get(arn) ?? []);
  }

  /** Executions that nothing has ended. */
  running(): ExecutionRecord[] {
    return [...this.#records.values()].filter(({ status }) => status === 'RUNNING');
  }

  /** Returns how to append to an execution's history. */
  historyWriter(arn: string): (event: HistoryEvent) => void {
    const path = this.#historyPath(arn);
    mkdirSync(dirname(path), { recursive: true });
    return (event) => appendFileSync(path, `${JSON.stringify(event)}\n`);
  }

  readHistory(arn: string): HistoryEvent[] {
    return readLines<HistoryEvent>(this.#historyPath(arn));
  }

  get #indexPath(): string {
    return join(this.#directory, 'executions.jsonl');
  }

  #historyPath(arn: string): string {
    const [stateMachine = '', name = ''] = arn.split(':').slice(-2);
    return join(this.#directory, 'histories', stateMachine, `${name}.jsonl`);
  }

  #remember(record: ExecutionRecord): void {
    if (!this.#records.has(record.arn)) {
      const started = this.#started.get(record.stateMachineArn) ?? [];
      started.push(record.arn);
      this.#started.set(record.stateMachineArn, started);
    }
    this.#records.set(record.arn, record);
  }
}

/** The lines of a file; a last one that a crash cut short is cut off the file as well. */
function readLines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  if (complete.length < text.length) truncateSync(path, Buffer.byteLength(complete));
  return complete
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
