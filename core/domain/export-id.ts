import * as z from 'zod';

/** `exp_` and a UUIDv7 (RFC 9562): ids sort by creation time, to the millisecond. */
const exportIdPattern = /^exp_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const exportIdSchema = z.string().regex(exportIdPattern, 'must be an export id such as exp_0190…');

export type ExportId = `exp_${string}`;

export function isExportId(value: string): value is ExportId {
  return exportIdPattern.test(value);
}

/** Where an export is kept: the account is part of every key. */
export interface ExportRef {
  readonly accountId: string;
  readonly exportId: ExportId;
}
