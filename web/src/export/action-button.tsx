import { ActionIcon, Button } from '@mantine/core';
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
  const common = {
    'aria-label': strings.export.actionOn(label, title),
    'data-test': testName,
    loading: isPending,
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
        <Icon size={16} aria-hidden />
      </ActionIcon>
    );
  }
  return (
    <Button variant="default" size="xs" leftSection={<Icon size={14} aria-hidden />} {...common}>
      {label}
    </Button>
  );
}
