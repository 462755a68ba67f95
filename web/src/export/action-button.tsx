import { ActionIcon, Button } from '@mantine/core';
import { IconLoader2 } from '@tabler/icons-react';
import { strings } from '../strings/strings.ts';
import { actionLooks } from './action-looks.ts';
import classes from './export-actions.module.css';
import type { ExportAction } from './offered-actions.ts';

export interface ActionButtonProps {
  readonly action: ExportAction;
  /** Of the report: a list has many buttons of the same name. */
  readonly title: string;
  /** The others are icons. */
  readonly isForemost: boolean;
  readonly isPending: boolean;
  readonly pausedReason: string | undefined;
  readonly onAct: () => void;
}

export function ActionButton({ action, title, isForemost, isPending, pausedReason, onAct }: ActionButtonProps) {
  const { label, Icon, testName } = actionLooks[action];
  const icon = isPending ? (
    <IconLoader2 className={classes.pending} size={16} aria-hidden />
  ) : (
    <Icon size={16} aria-hidden />
  );
  const common = {
    'aria-label': strings.export.actionOn(label, title),
    'data-test': testName,
    // Mantine's `loading` disables the button, which takes the focus from under the keyboard.
    'aria-busy': isPending,
    onClick: onAct,
    ...(pausedReason !== undefined && {
      'aria-disabled': true,
      'aria-description': pausedReason,
      title: pausedReason,
      className: classes.paused,
    }),
  };
  if (!isForemost) {
    return (
      <ActionIcon variant="subtle" color="gray" title={label} {...common}>
        {icon}
      </ActionIcon>
    );
  }
  return (
    <Button variant="default" size="xs" leftSection={icon} {...common}>
      {label}
    </Button>
  );
}
