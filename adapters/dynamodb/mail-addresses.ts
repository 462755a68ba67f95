import * as z from 'zod';
import { avoidedUntil, type UndeliverableAddress } from '../../core/domain/undeliverable-address.ts';
import type { MailAddresses } from '../../core/ports/mail-addresses.ts';
import { atMost } from './conditions.ts';
import { repeatable, settle, tryWrite } from './failures.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

const addressSchema = z.object({ reason: z.enum(['bounced', 'complained']), at: z.number() });

/** Undeliverable addresses in DynamoDB. */
export function createMailAddresses(table: Table): MailAddresses {
  return {
    async undeliverable(email, now) {
      const item = await table.get(keys.mailAddress(email));
      const known: UndeliverableAddress | undefined = item && addressSchema.parse(item);
      // TTL removes items late, at times by days.
      return known && now < avoidedUntil(known) ? known : undefined;
    },
    markUndeliverable: (email, why) =>
      settle('markUndeliverable', async () => {
        const set = { ...why, ttl: Math.ceil(avoidedUntil(why) / 1000) };
        const result = await tryWrite(() => table.update(keys.mailAddress(email), { set }, atMost('at', why.at)));
        return result === 'applied' || result === 'condition' ? { value: undefined } : undefined;
      }),
    forget: (email) => repeatable('forgetAddress', () => table.transact([table.remove(keys.mailAddress(email))])),
  };
}
