import * as z from 'zod';
import type { MeView } from '../contract/member-schemas.ts';
import type { ReportView } from '../contract/report-schemas.ts';
import { type Membership, rolePermissions } from '../domain/permissions.ts';
import type { Report } from '../domain/report.ts';
import type { RolloutFlags } from '../domain/rollout-flags.ts';

/** A report as the catalog shows it; the form, its validation and the headers all come from this. */
export function describeReport(report: Report): ReportView {
  return {
    id: report.id,
    object: 'report',
    version: report.version,
    title: report.title,
    description: report.description,
    group: report.group,
    formats: [...report.formats],
    columnsDependOnFilters: typeof report.columns === 'function',
    columns: Object.entries(typeof report.columns === 'function' ? {} : report.columns).map(([name, column]) => ({
      name,
      header: column.header,
      type: column.type,
      ...(column.description !== undefined && { description: column.description }),
      byDefault: column.byDefault !== false,
    })),
    filters: z.toJSONSchema(report.filters, { io: 'input' }),
    ...(report.scope !== undefined && { scope: report.scope }),
    choices: Object.keys(report.choices ?? {}),
    partFiles: report.partitionAboveRows !== undefined,
    maxFileBytes: report.maxFileBytes,
    retentionDays: report.retentionDays,
  };
}

export function describeCaller(caller: Membership, rollout: RolloutFlags): MeView {
  return {
    user: { id: caller.userId, email: caller.email, name: caller.name },
    account: { id: caller.accountId },
    role: caller.role,
    permissions: [...rolePermissions[caller.role]],
    rollout,
  };
}
