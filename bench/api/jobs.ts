import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { ExportRecord } from '../../core/domain/export-record.ts';

interface Clients {
  /** How many at once. */
  readonly clients: number;
  /** Of each, one after the other. */
  readonly requests: number;
}

/** The API, asked over HTTP. */
export interface HttpJob extends Clients {
  readonly kind: 'http';
  readonly origin: string;
  readonly method: 'GET' | 'POST';
  /** One for each client. */
  readonly paths: readonly string[];
  readonly tokens: readonly string[];
  readonly body?: object;
  /** Whether each client has the answer already, and asks for a newer one. */
  readonly polls?: boolean;
}

/** What creating an export asks of the table, and nothing else. */
export interface CreationJob extends Clients {
  readonly kind: 'creations';
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly tableName: string;
  /** Is made again and again, for people of another account. */
  readonly record: ExportRecord;
  /** Tells the people of this job from those of others. */
  readonly name: string;
}

export type Job = HttpJob | CreationJob;

export interface Timed {
  readonly milliseconds: number;
  /** An HTTP status, `created`, or the name of an error. */
  readonly outcome: string;
}

export interface Load {
  readonly requests: readonly Timed[];
  readonly seconds: number;
  /** Of the processor, by the program that asked. */
  readonly cpuSeconds: number;
}

/** How a job's requests are sent. */
export interface Sender {
  /** Before the clock runs. */
  prepare(): Promise<void>;
  one(client: number, number: number): Promise<string | number>;
}

/** Runs a job in a program of its own. */
export async function runJob(job: Job): Promise<Load> {
  const program = new URL('load.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(job));
  return JSON.parse(await text(child.stdout)) as Load;
}
