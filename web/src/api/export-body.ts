import type { ExportRequest } from '../../../core/contract/export-schemas.ts';

/** The body of POST /v1/exports and of an estimate; what is left out has the API's default. */
export type ExportBody = Pick<ExportRequest, 'report'> & Partial<Omit<ExportRequest, 'report'>>;
