import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconClock,
  IconHourglassEmpty,
  IconLoader2,
} from '@tabler/icons-react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { strings } from '../strings/strings.ts';
import classes from './status-pill.module.css';

const icons: Readonly<Record<ExportView['status'], typeof IconClock>> = {
  queued: IconClock,
  running: IconLoader2,
  ready: IconCircleCheck,
  failed: IconAlertTriangle,
  expired: IconHourglassEmpty,
  cancelled: IconBan,
};

/** Where an export stands: word, icon and colour together. */
export function StatusPill({ status }: Pick<ExportView, 'status'>) {
  const Icon = icons[status];
  return (
    <span className={classes.pill} data-status={status} data-test="report-job-status-pill">
      <Icon className={classes.icon} size={14} stroke={2} aria-hidden />
      {strings.export.statuses[status]}
    </span>
  );
}
