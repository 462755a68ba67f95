import { failureCodes } from '../domain/failure.ts';
import type { ProblemCode } from '../domain/problem.ts';
import type { MetricName } from './metrics.ts';

/** Why a download that was asked for is refused. */
const refusalCodes = [
  'permission_required',
  'permission_revoked',
  'not_found',
  'downloads_disabled',
  'file_expired',
  'link_expired',
  'not_ready',
] as const satisfies readonly ProblemCode[];

/** The values that the dimension Code takes, for each metric that is also told apart by it. */
export const metricCodes = {
  ExportsFailed: failureCodes,
  DownloadsDenied: refusalCodes,
} as const satisfies Partial<Record<MetricName, readonly string[]>>;
