import { reportedMail } from '../adapters/ses/reported-mail.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { mailEvent } from '../core/contract/payloads.ts';
import { recordMailEvent } from '../core/usecases/record-mail-event.ts';
import { stepHandler } from './middleware/step-handler.ts';
import { clock, tableStores } from './services.ts';

const { exports: store, mailAddresses } = tableStores(readEnvironment('record-mail-event'));

/** Notes what became of a mail. */
export const handler = stepHandler('record-mail-event', mailEvent, (event) =>
  recordMailEvent({ store, mailAddresses, clock }, reportedMail(event)),
);
