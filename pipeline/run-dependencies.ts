import type { Catalog } from '../core/domain/catalog.ts';
import type { AttemptStore } from '../core/ports/attempt-store.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { ExportSource } from '../core/ports/export-source.ts';
import type { ExportStore } from '../core/ports/export-store.ts';
import type { FileStore } from '../core/ports/file-store.ts';
import type { Ids } from '../core/ports/ids.ts';
import type { PartBuffers } from './parts-in-flight.ts';

/** What a run works with. */
export interface RunDependencies {
  readonly attempts: AttemptStore;
  readonly exports: Pick<ExportStore, 'end'>;
  readonly files: FileStore;
  readonly source: ExportSource;
  /** The most connections to the source that one export may have. */
  readonly connections: number;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'claim'>;
  /** Kept from one export to the next, by a process that makes many. @default each has its own */
  readonly buffers?: PartBuffers;
  readonly log: RunLog;
}

/** A structured log: a message and its facts. */
export interface RunLog {
  info(message: string, facts: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
}
