import type { Measure } from '../cloudwatch/metric.ts';
import type { Outcome } from './outcome.ts';

/** Mails by which a configuration set's reputation is told. How many AWS takes depends on the sender, and is secret. */
const REPRESENTATIVE_MAILS = 100;

/** Bounces of the account's own suppression list do not harm its reputation. */
const BOUNCES: readonly Outcome[] = ['bounced', 'suppressed-everywhere'];

/**
 * Counts mails by what became of them, and tells the reputation of their configuration set, as a share from 0 to 1.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html
 * @see https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
 */
export function mailMetrics(measure: Measure): (outcome: Outcome, configurationSet: string | undefined) => void {
  const recent = new Map<string, readonly Outcome[]>();
  const count = (name: string) => measure({ namespace: 'AWS/SES', name, dimensions: {} }, 1, 'Count');
  return (outcome, set) => {
    count('Send');
    if (outcome === 'delivered' || outcome === 'complained') count('Delivery');
    if (outcome === 'complained') count('Complaint');
    if (BOUNCES.includes(outcome)) count('Bounce');
    if (set === undefined) return;
    const mails = [...(recent.get(set) ?? []), outcome].slice(-REPRESENTATIVE_MAILS);
    recent.set(set, mails);
    const shareOf = (outcomes: readonly Outcome[]) =>
      mails.filter((each) => outcomes.includes(each)).length / mails.length;
    const put = (name: string, share: number) =>
      measure({ namespace: 'AWS/SES', name, dimensions: { 'ses:configuration-set': set } }, share, 'None');
    put('Reputation.BounceRate', shareOf(BOUNCES));
    put('Reputation.ComplaintRate', shareOf(['complained']));
  };
}
