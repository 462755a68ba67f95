import type { Stores } from '../../../../adapters/dynamodb/stores.ts';
import { T0 } from '../../../support/exports.ts';
import { createIn, system } from '../../store-contract/stores-under-test.ts';
import { finished, queued, type Scenario } from './scenario.ts';

const requesterToTell = { userId: 'ada', email: 'ada@acme.test' };
const mel = { userId: 'mel', email: 'mel@acme.test' };
const sending = async (stores: Stores) => {
  const ref = await createIn(stores, 'ready', 1, { notify: [mel] });
  await stores.exports.beginSending(ref, mel, 'n1', T0 + 2);
  return ref;
};

/** Mails, and the addresses that they go to. */
export const notificationScenarios: readonly Scenario[] = [
  {
    method: 'exports.beginSending',
    what: 'a first try',
    prepare: finished,
    call: ({ exports }, ref) => exports.beginSending(ref, requesterToTell, 'n1', T0 + 2),
  },
  {
    method: 'exports.beginSending',
    what: 'a second try',
    prepare: sending,
    call: ({ exports }, ref) => exports.beginSending(ref, mel, 'n2', T0 + 60_002),
  },
  {
    method: 'exports.passOver',
    what: 'suppressed',
    prepare: finished,
    call: ({ exports }, ref) => exports.passOver(ref, mel, 'suppressed', 'n1', T0 + 2),
  },
  {
    method: 'exports.noteSent',
    what: 'begun',
    prepare: sending,
    call: ({ exports }, ref) => exports.noteSent(ref, 'n1', 'm', T0),
  },
  {
    method: 'exports.noteRefused',
    what: 'begun',
    prepare: sending,
    call: ({ exports }, ref) => exports.noteRefused(ref, 'n1', T0),
  },
  {
    method: 'exports.noteMailEvent',
    what: 'bounced',
    prepare: sending,
    call: ({ exports }, ref) => exports.noteMailEvent(ref, 'n1', 'bounced', T0),
  },
  {
    method: 'exports.askForMails',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.askForMails(ref, [mel], () => 'n1', system),
  },
  {
    method: 'exports.closeAnnouncement',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.closeAnnouncement(ref, T0 + 2),
  },
  {
    method: 'mailAddresses.markUndeliverable',
    what: 'bounced',
    prepare: finished,
    call: ({ mailAddresses }) => mailAddresses.markUndeliverable(mel.email, { reason: 'bounced', at: T0 }),
  },
  {
    method: 'mailAddresses.forget',
    what: 'an address',
    prepare: async (stores) => {
      await stores.mailAddresses.markUndeliverable('ada@acme.test', { reason: 'bounced', at: T0 });
      return queued(stores);
    },
    call: ({ mailAddresses }) => mailAddresses.forget('ada@acme.test'),
  },
];
