import { retentionDaysChoices } from '../domain/report.ts';

/** Every object of the bucket is below this prefix. */
export const FILE_PREFIX = 'exports/';

/** The object tag whose value, a number of days, the bucket's lifecycle rules act on. */
export const RETENTION_TAG = 'retention';

/** The values the tag can have. */
export const retentionTagValues = retentionDaysChoices;

/** How long a presigned URL lives: enough to start a download, too short to be passed on. */
export const PRESIGNED_URL_SECONDS = 60;
