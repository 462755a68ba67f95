import { describe } from 'vitest';
import { admitting } from './admitting.ts';
import { announcing } from './announcing.ts';
import { askingForAccess } from './asking-for-access.ts';
import { claiming } from './claiming.ts';
import { creating } from './creating.ts';
import { ending } from './ending.ts';
import { erasing } from './erasing.ts';
import { givingFeedback } from './giving-feedback.ts';
import { listing } from './listing.ts';
import { makingInRanges } from './making-in-ranges.ts';
import { managingMembers } from './managing-members.ts';
import { noting } from './noting.ts';
import { observing } from './observing.ts';
import { queueing } from './queueing.ts';
import { sendingWebhooks } from './sending-webhooks.ts';
import type { OpenStores } from './stores-under-test.ts';
import { watching } from './watching.ts';

/** What every implementation of the stores must do. @param open makes empty stores */
export function storeContract(name: string, open: OpenStores): void {
  describe(`stores on ${name}`, () => {
    creating(open);
    claiming(open);
    ending(open);
    erasing(open);
    noting(open);
    observing(open);
    announcing(open);
    listing(open);
    queueing(open);
    admitting(open);
    watching(open);
    makingInRanges(open);
    managingMembers(open);
    givingFeedback(open);
    askingForAccess(open);
    sendingWebhooks(open);
  });
}
