import type { Permission } from './permissions.ts';
import type { Compression, Dialect, Format, RetentionDays } from './report.ts';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * The request, frozen when the export is created: nothing a run reads can change after this, whatever happens to the
 * report, the requester's role or the calendar. Only the data itself is read later, in one database snapshot.
 */
export interface Snapshot {
  readonly report: {
    readonly id: string;
    readonly version: number;
    readonly title: string;
    readonly permission: Permission;
  };
  /** As the report's schema parsed them, relative dates resolved. */
  readonly filters: Readonly<Record<string, JsonValue>>;
  /** Column names in file order. */
  readonly columns: readonly string[];
  readonly format: Format;
  readonly compression: Compression;
  readonly dialect: Dialect;
  /** BCP 47; decides the delimiter and the decimal mark of the excel dialect. */
  readonly locale: string;
  /** IANA name; timestamps are written with its offset. */
  readonly timeZone: string;
  readonly neutralizeFormulas: boolean;
  /** Whether a very large export may be several files. Absent: it is one. */
  readonly partFiles?: boolean;
  /** Set when the requester may only have their own rows of this report. */
  readonly ownerId?: string;
  readonly scope?: { readonly filter: string; readonly value: JsonValue };
  readonly maxFileBytes: number;
  readonly retentionDays: RetentionDays;
}
