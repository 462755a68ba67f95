import type { DownloadView, OpenLinkRequest } from '../contract/download-schemas.ts';
import { PRESIGNED_URL_SECONDS } from '../contract/files.ts';
import type { DownloadLink } from '../domain/download-link.ts';
import { ProblemError } from '../domain/errors.ts';
import { type ExportId, type ExportRef, isExportId } from '../domain/export-id.ts';
import type { ExportFile, ExportRecord } from '../domain/export-record.ts';
import { contentTypeOf } from '../domain/file-types.ts';
import { holds } from '../domain/permissions.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { FileStore } from '../ports/file-store.ts';
import type { LinkSigner } from '../ports/link-signer.ts';
import type { Rollout } from '../ports/rollout.ts';
import type { Caller } from './caller.ts';
import { type ChosenFile, chosenFile } from './chosen-file.ts';
import { checkReadable, checkReport, isParty, noSuchExport, permissionRevoked } from './readable-export.ts';
import { readyFile } from './ready-file.ts';

export interface DownloadDeps {
  readonly store: ExportStore;
  readonly files: FileStore;
  readonly rollout: Rollout;
  readonly clock: Clock;
}

/** A short-lived URL that was given out, and what it is of. */
export interface IssuedDownload {
  readonly exportId: ExportId;
  readonly reportTitle: string;
  readonly download: DownloadView;
}

/** What led to the file: the export's id, or the link of a mail. */
interface Way {
  readonly via: 'api' | 'link';
  readonly linkExpiresAt?: number;
  /** @throws ProblemError when this caller may not have the export's file now */
  check(record: ExportRecord, caller: Caller): void;
}

/**
 * A short-lived URL of the file of this export, counted and audited.
 * @param part which of several files, from 1
 * @throws ProblemError the first that applies: not_found | permission_revoked | downloads_disabled | file_expired |
 * not_ready | part_required or validation_failed (no such part)
 */
export async function downloadExport(
  deps: DownloadDeps,
  caller: Caller,
  exportId: string,
  part?: number,
): Promise<IssuedDownload> {
  const record = isExportId(exportId) ? await deps.store.get({ accountId: caller.accountId, exportId }) : undefined;
  if (record === undefined) throw noSuchExport(exportId);
  return issue(deps, caller, record, part, { via: 'api', check: checkReadable });
}

/**
 * The same for the link of a mail. The link only says which file is meant: what counts is what the reader may read now,
 * whoever the mail was for.
 * @throws ProblemError the first that applies: link_invalid | not_found, permission_required or permission_revoked |
 * downloads_disabled | file_expired | link_expired | not_ready | part_required or validation_failed (no such part)
 */
export async function openDownloadLink(
  deps: DownloadDeps & { readonly links: LinkSigner },
  caller: Caller,
  { token, part }: OpenLinkRequest,
): Promise<IssuedDownload> {
  const link = await deps.links.verify(token);
  if (link === undefined) {
    throw new ProblemError(
      'link_invalid',
      'This is not a link that was sent, or not all of it. Open it from the mail once more, or look for the export in the list.',
    );
  }
  const record = link.accountId === caller.accountId ? await deps.store.get(link) : undefined;
  if (record === undefined) throw nothingBehindLink();
  return issue(deps, caller, record, part, {
    via: 'link',
    linkExpiresAt: link.expiresAt,
    check: (found, reader) => checkLink(found, reader, link),
  });
}

/** @throws ProblemError not_found | permission_required | permission_revoked */
function checkLink(record: ExportRecord, caller: Caller, link: DownloadLink): void {
  if (record.erasedAt !== undefined) throw nothingBehindLink();
  if (isParty(record, caller)) {
    checkReport(record, caller);
    return;
  }
  if (link.recipientUserId === caller.userId) throw permissionRevoked(record, caller);
  const { id: reportId, title, permission } = record.snapshot.report;
  throw new ProblemError(
    'permission_required',
    `This file of the report "${title}" was sent to somebody else. Ask them for it, or an admin of ${caller.accountId}.`,
    { extensions: { reportTitle: title, ...(!holds(caller, permission) && { reportId }) } },
  );
}

/** The same for another account's export, one that was erased and one that never was. */
function nothingBehindLink(): ProblemError {
  return new ProblemError(
    'not_found',
    'There is no file behind this link in your account. If you belong to several accounts, sign in to the one it was sent from.',
  );
}

async function issue(
  deps: DownloadDeps,
  caller: Caller,
  record: ExportRecord,
  part: number | undefined,
  way: Way,
): Promise<IssuedDownload> {
  const at = deps.clock.now();
  const file = await permittedFile(deps, caller, record, way, at);
  const chosen = await chosenFile(deps.files, record, file, part);
  const url = await deps.files.presignDownload(chosen.key, {
    fileName: chosen.name,
    contentType: contentTypeOf(record.snapshot),
    expiresInSeconds: PRESIGNED_URL_SECONDS,
  });
  await deps.store.recordDownload(refOf(record), {
    by: caller.userId,
    at,
    details: { via: way.via, ...(chosen.of !== undefined && { part: chosen.of.part }) },
  });
  return {
    exportId: record.id,
    reportTitle: record.snapshot.report.title,
    download: { url, expiresAt: expiryOf(at), ...viewOf(chosen) },
  };
}

/** What of it the caller may have now; a refusal is not answered before it is on record. */
async function permittedFile(
  deps: DownloadDeps,
  caller: Caller,
  record: ExportRecord,
  way: Way,
  now: number,
): Promise<ExportFile> {
  try {
    way.check(record, caller);
    if (!(await deps.rollout.flags()).allowDownloads) {
      throw new ProblemError(
        'downloads_disabled',
        'Downloads are paused for the moment. The file is safe; try again later.',
      );
    }
    return readyFile(record, now, way.linkExpiresAt);
  } catch (error) {
    if (error instanceof ProblemError) {
      const refusal = { code: error.code, via: way.via };
      await deps.store.recordRefusal(refOf(record), refusal, { by: caller.userId, at: now });
    }
    throw error;
  }
}

function viewOf({ name: fileName, bytes, sha256, of }: ChosenFile): Omit<DownloadView, 'url' | 'expiresAt'> {
  return { fileName, bytes, sha256, ...of };
}

function refOf({ accountId, id: exportId }: ExportRecord): ExportRef {
  return { accountId, exportId };
}

/** Signatures are dated in whole seconds. */
function expiryOf(signedAt: number): string {
  return new Date((Math.floor(signedAt / 1000) + PRESIGNED_URL_SECONDS) * 1000).toISOString();
}
