import * as z from 'zod';
import { exportIdSchema } from '../domain/export-id.ts';
import { count, instant } from './schema-fields.ts';

/** POST /v1/downloads. */
export const openLinkRequest = z
  .strictObject({ token: z.string().meta({ description: 'What follows /download/ in the link of a mail.' }) })
  .meta({ id: 'OpenLinkRequest' });

/** Where the file is, for a minute. */
const download = {
  url: z.string().meta({ description: 'Good until expiresAt, for this file under its name. Range requests work.' }),
  expiresAt: instant,
  fileName: z.string(),
  bytes: count,
  sha256: z.string(),
};

export const downloadView = z.object(download).meta({ id: 'Download' });

export type DownloadView = z.output<typeof downloadView>;

export const openedLinkView = z
  .object({ ...download, exportId: exportIdSchema, reportTitle: z.string() })
  .meta({ id: 'OpenedLink' });

export type OpenedLinkView = z.output<typeof openedLinkView>;
