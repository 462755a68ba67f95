import { Menu } from '@mantine/core';
import { Link, useParams } from 'react-router';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { generatePath } from '../generate/generate-path.ts';
import { actionLooks } from './action-looks.ts';
import classes from './export-actions.module.css';
import type { ExportAction } from './offered-actions.ts';

export interface ActionMenuItemProps {
  readonly action: ExportAction;
  readonly view: ExportView;
  readonly pausedReason: string | undefined;
  readonly onAct: () => void;
}

export function ActionMenuItem({ action, view, pausedReason, onAct }: ActionMenuItemProps) {
  const { eventId } = useParams();
  const { label, Icon, testName } = actionLooks[action];
  const leftSection = <Icon size={16} aria-hidden />;
  if (action === 'change' && pausedReason === undefined) {
    const path = generatePath({ type: view.report.id, from: view.id, eventId });
    return (
      <Menu.Item leftSection={leftSection} component={Link} to={path}>
        {label}
      </Menu.Item>
    );
  }
  return (
    <Menu.Item
      leftSection={leftSection}
      data-test={testName}
      onClick={onAct}
      {...(pausedReason !== undefined && {
        'aria-disabled': true,
        'aria-description': pausedReason,
        title: pausedReason,
        className: classes.paused,
      })}
    >
      {label}
    </Menu.Item>
  );
}
