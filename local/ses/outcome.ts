import type { NamedAddress } from './send-email.ts';

/**
 * What may become of a mail:
 * - `delivered`
 * - `bounced`: the recipient's server says that there is no such user
 * - `complained`: delivered, and the recipient reports it as spam
 * - `suppressed`: not tried, because the address is on this account's suppression list
 * - `suppressed-everywhere`: not tried, because the address bounced for other senders
 */
export const outcomes = ['delivered', 'bounced', 'complained', 'suppressed', 'suppressed-everywhere'] as const;

export type Outcome = (typeof outcomes)[number];

const SIMULATOR = 'simulator.amazonses.com';

const simulated: Readonly<Record<string, Outcome>> = {
  success: 'delivered',
  ooto: 'delivered',
  bounce: 'bounced',
  complaint: 'complained',
  suppressionlist: 'suppressed-everywhere',
};

/**
 * Whether an address belongs to the mailbox simulator, which has its say whatever happened before.
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
 */
export function isSimulator({ domain }: NamedAddress): boolean {
  return domain.toLowerCase() === SIMULATOR;
}

/** What the address alone decides; labels such as `bounce+1@` make no difference to the simulator. */
export function outcomeOf(recipient: NamedAddress): Outcome {
  const [local = ''] = recipient.address.toLowerCase().split('@');
  if (isSimulator(recipient)) return simulated[local.split('+')[0] ?? ''] ?? 'bounced';
  if (local.includes('+bounce')) return 'bounced';
  if (local.includes('+complaint')) return 'complained';
  return 'delivered';
}
