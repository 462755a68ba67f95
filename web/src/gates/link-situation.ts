import { problemCode } from '../api/problem-error.ts';

/** Why the link of a mail gives no file; `part_required` where it is several. */
export type LinkSituation =
  | 'not_ready'
  | 'link_expired'
  | 'file_expired'
  | 'permission_required'
  | 'permission_revoked'
  | 'downloads_disabled'
  | 'part_required'
  | 'not_found'
  | 'failure';

const situations: Readonly<Record<string, LinkSituation>> = {
  not_ready: 'not_ready',
  link_expired: 'link_expired',
  file_expired: 'file_expired',
  permission_required: 'permission_required',
  permission_revoked: 'permission_revoked',
  downloads_disabled: 'downloads_disabled',
  part_required: 'part_required',
  not_found: 'not_found',
  // To whoever follows it, a link that is not whole is one that leads nowhere. So is one too long to be a link.
  link_invalid: 'not_found',
  body_too_large: 'not_found',
};

/** What the answer to a link means; `failure` for everything that is not about this link. */
export function linkSituation(error: unknown): LinkSituation {
  return situations[problemCode(error) ?? ''] ?? 'failure';
}
