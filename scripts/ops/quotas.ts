import { metricsClient, type QuotaUse, quotaUse } from '../../adapters/cloudwatch/quotas.ts';
import { queueStatus } from '../../core/usecases/queue-status.ts';
import type { Command } from './command.ts';
import { table } from './table.ts';

export const quotas: Command = {
  usage: '',
  help: "Headroom: Waybill's own caps, and the quotas of the AWS account.",
  async run({ services }) {
    const { running, poolCap, accountsAtCap, usersAtCap } = await queueStatus(services);
    const aws = await unlessUnknown(quotaUse(metricsClient(), services.clock.now()));
    const rows = [
      ['slots', String(running), String(poolCap), share(running, poolCap)],
      ...(aws ?? []).map(({ name, used, quota }) => [
        ...[name, used?.toLocaleString('en') ?? 'no data', quota?.toLocaleString('en') ?? 'not known'],
        share(used, quota),
      ]),
    ];
    return {
      json: { slots: { used: running, quota: poolCap }, accountsAtCap, usersAtCap, aws: aws ?? null },
      lines: [
        ...table(['WHAT', 'USED', 'OF', ''], rows),
        ...(aws === undefined ? ['Quotas of the AWS account are not known here: CloudWatch does not answer.'] : []),
        `Accounts at their cap of ${services.caps.account}: ${accountsAtCap.join(', ') || 'none'}`,
        `People at their cap of ${services.activeLimit}: ${usersAtCap.join(', ') || 'none'}`,
      ],
    };
  },
};

/** CloudWatch may be out of reach, or not allowed; the rest is worth knowing all the same. */
async function unlessUnknown(answer: Promise<readonly QuotaUse[]>): Promise<readonly QuotaUse[] | undefined> {
  try {
    return await answer;
  } catch {
    return undefined;
  }
}

function share(used: number | undefined, quota: number | undefined): string {
  return used === undefined || quota === undefined ? '' : `${Math.round((100 * used) / quota)} %`;
}
