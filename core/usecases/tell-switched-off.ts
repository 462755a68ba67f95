import { switchedOffMail } from '../domain/mail/switched-off-mail.ts';
import { holds, type Membership } from '../domain/permissions.ts';
import { closeNotice, noteTold, takeNotice, type WebhookEndpoint, type WebhookEndpointRef } from '../domain/webhook.ts';
import type { Clock } from '../ports/clock.ts';
import type { MailAddresses } from '../ports/mail-addresses.ts';
import { type Mailer, MailRefusedError } from '../ports/mailer.ts';
import type { Memberships } from '../ports/memberships.ts';
import type { WebhookStore } from '../ports/webhook-store.ts';

/** After this it is no news any more. */
const GIVEN_UP_AFTER_MS = 24 * 3_600_000;

export interface TellSwitchedOffDeps {
  readonly webhooks: Pick<WebhookStore, 'change'>;
  readonly memberships: Pick<Memberships, 'list'>;
  readonly mailAddresses: Pick<MailAddresses, 'undeliverable'>;
  readonly mailer: Mailer;
  readonly webUrl: string;
  readonly clock: Clock;
}

/**
 * Mails those who manage an account's webhooks that an endpoint was switched off, each of them once; twice only when
 * whoever sent the mail did not live to note it.
 * @returns whether this call told them
 * @throws whatever kept a mail from being sent; who has had none has one with the next call, a minute later at the earliest
 */
export async function tellSwitchedOff(deps: TellSwitchedOffDeps, ref: WebhookEndpointRef): Promise<boolean> {
  const { webhooks, memberships, clock } = deps;
  const now = clock.now();
  const endpoint = await webhooks.change(ref, (each) => takeNotice(each, now));
  if (endpoint?.switchedOff === undefined) return false;
  const { at, told } = endpoint.switchedOff;
  const isNews = now - at < GIVEN_UP_AFTER_MS;
  const managers = isNews
    ? (await memberships.list(ref.accountId)).filter((each) => holds(each, 'webhooks:manage'))
    : [];
  for (const manager of managers) {
    if (told.includes(manager.userId)) continue;
    await sendMail(deps, endpoint, manager);
    await webhooks.change(ref, (each) => noteTold(each, manager.userId));
  }
  await webhooks.change(ref, closeNotice);
  return isNews;
}

async function sendMail(deps: TellSwitchedOffDeps, endpoint: WebhookEndpoint, manager: Membership): Promise<void> {
  const { mailer, mailAddresses, webUrl, clock } = deps;
  const { id, accountId, url, description, switchedOff } = endpoint;
  if (switchedOff === undefined || (await mailAddresses.undeliverable(manager.email, clock.now()))) return;
  const { at, reason } = switchedOff;
  const content = switchedOffMail({
    accountId,
    recipientName: manager.name,
    url,
    description,
    reason,
    at,
    endpointId: id,
    link: webUrl,
  });
  try {
    await mailer.send({ ...content, to: manager.email, tags: { webhookEndpointId: id } });
  } catch (error) {
    // Sending it again would be refused again.
    if (!(error instanceof MailRefusedError)) throw error;
  }
}
