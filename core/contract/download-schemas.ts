import * as z from 'zod';
import { exportIdSchema } from '../domain/export-id.ts';
import { count, instant } from './schema-fields.ts';

const part = {
  description: 'Which of several files, from 1 in the order of the waybill. May be left out where there is one.',
};

/** Query of GET /v1/exports/{exportId}/download and POST /v1/exports/{exportId}/download-links. Values arrive as text. */
export const downloadQuery = z.object({
  part: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'must be a whole number from 1')
    .transform(Number)
    .optional()
    .meta(part),
});

/** POST /v1/downloads. */
export const openLinkRequest = z
  .strictObject({
    token: z.string().meta({ description: 'What follows /download/ in the link of a mail.' }),
    part: z.number().int().positive().optional().meta(part),
  })
  .meta({ id: 'OpenLinkRequest' });

export type OpenLinkRequest = z.output<typeof openLinkRequest>;

/** Where the file is, for a minute. */
const download = {
  url: z.string().meta({ description: 'Good until expiresAt, for this file under its name. Range requests work.' }),
  expiresAt: instant,
  fileName: z.string(),
  bytes: count,
  sha256: z.string(),
  part: count.optional().meta({ description: 'Which of several files it is.' }),
  partFiles: count.optional().meta({ description: 'How many files the export is, if the waybill lists several.' }),
};

export const downloadView = z.object(download).meta({ id: 'Download' });

export type DownloadView = z.output<typeof downloadView>;

export const openedLinkView = z
  .object({ ...download, exportId: exportIdSchema, reportTitle: z.string() })
  .meta({ id: 'OpenedLink' });

export type OpenedLinkView = z.output<typeof openedLinkView>;
