import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { MeView } from '../../../core/contract/member-schemas.ts';
import { strings } from '../strings/strings.ts';
import type { NameOf } from './event-text.ts';

/** Names for the ids in a timeline: those of the people who are known here; anybody else keeps the id. */
export function nameFinder({ requestedBy }: Pick<ExportView, 'requestedBy'>, me: MeView | undefined): NameOf {
  const { people } = strings.detail;
  return (by) => {
    if (by === 'system' || by === 'worker') return people.waybill;
    if (by === me?.user.id) return people.you(me.user.name);
    return by === requestedBy.userId && requestedBy.name !== '' ? requestedBy.name : by;
  };
}
