import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings/strings.ts';
import { Dialog } from './dialog.tsx';

export interface FormDialogProps {
  readonly title: string;
  readonly confirm: string;
  readonly isPending: boolean;
  /** Something that is needed has not been filled in. */
  readonly isIncomplete: boolean;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A small form. Its fields say themselves what is wrong with them. */
export function FormDialog(props: FormDialogProps) {
  const { title, confirm, isPending, isIncomplete, onSubmit, onClose, children } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={onClose}>
            {strings.common.cancel}
          </Button>
          <Button type="submit" loading={isPending} disabled={isIncomplete}>
            {confirm}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
