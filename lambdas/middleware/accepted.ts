import type { ExportRecord } from '../../core/domain/export-record.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { viewExport } from '../../core/usecases/export-view.ts';
import type { ApiResponse } from './api-handler.ts';
import { json } from './responses.ts';

/** Seconds between two looks at an export that has not ended; also how often a worker reports progress. */
export const POLL_SECONDS = 2;

/** 202 with a new export, and where and when to look at it. */
export function accepted(record: ExportRecord, clock: Clock): ApiResponse {
  return json(202, viewExport(record, { now: clock.now() }), {
    location: `/v1/exports/${record.id}`,
    'retry-after': String(POLL_SECONDS),
  });
}
