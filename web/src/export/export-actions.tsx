import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useMe } from '../api/me.ts';
import { strings } from '../strings/strings.ts';
import { ActionButton } from './action-button.tsx';
import { ActionMenuItem } from './action-menu-item.tsx';
import classes from './export-actions.module.css';
import { type ExportAction, offeredActions } from './offered-actions.ts';
import { useActionHandlers } from './use-action-handlers.ts';
import { useKeptFocus } from './use-kept-focus.ts';

// Forms and questions are not part of the first view.
const ExportDialog = lazy(async () => ({ default: (await import('./export-dialog.tsx')).ExportDialog }));

export interface ExportActionsProps {
  readonly view: ExportView;
}

/** What can be done with an export: the foremost as buttons, the rest in a menu. */
export function ExportActions({ view }: ExportActionsProps) {
  const { data: me } = useMe();
  const [asking, setAsking] = useState<ExportAction>();
  const { act, pausedReason, isPending } = useActionHandlers(view, setAsking);
  const place = useRef<HTMLDivElement>(null);
  useKeptFocus(place, asking !== undefined, `${view.status} ${view.cancelRequested}`);
  const { visible, menu } = offeredActions(view, me);
  return (
    <div className={classes.actions} ref={place} tabIndex={-1}>
      {visible.map((action, index) => (
        <ActionButton
          key={action}
          action={action}
          title={view.report.title}
          isForemost={index === 0}
          isPending={isPending(action)}
          pausedReason={pausedReason(action)}
          onAct={() => act(action)}
        />
      ))}
      {menu.length > 0 && (
        // In place, so that it belongs to the page's content, or to the drawer's.
        <Menu returnFocus>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={strings.export.moreActions(view.report.title)}>
              <IconDots size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {menu.map((action) => (
              <ActionMenuItem
                key={action}
                action={action}
                view={view}
                pausedReason={pausedReason(action)}
                onAct={() => act(action)}
              />
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {asking !== undefined && (
        <Suspense>
          <ExportDialog action={asking} view={view} onClose={() => setAsking(undefined)} />
        </Suspense>
      )}
    </div>
  );
}
