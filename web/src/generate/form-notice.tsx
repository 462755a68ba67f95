import { Alert, type AlertProps } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import classes from './form-notice.module.css';

export interface FormNoticeProps extends Omit<AlertProps, 'icon' | 'color' | 'variant'> {
  readonly tone?: 'info' | 'warning';
}

/** A line or two above the fields or the preview. */
export function FormNotice({ tone = 'info', ...props }: FormNoticeProps) {
  const Icon = tone === 'warning' ? IconAlertTriangle : IconInfoCircle;
  return (
    <Alert
      {...props}
      variant="default"
      icon={<Icon aria-hidden />}
      classNames={{ root: classes.root, icon: tone === 'warning' ? classes.warning : classes.info }}
    />
  );
}
