import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './dialog.module.css';
import { DialogFrame } from './dialog-frame.tsx';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A small dialog that is open as long as it is there. */
export function Dialog({ title, onClose, children }: DialogProps) {
  return (
    <Modal.Root opened onClose={onClose} centered lockScroll={false}>
      <Modal.Overlay />
      <Modal.Content>
        <DialogFrame title={title} classes={classes}>
          {children}
        </DialogFrame>
      </Modal.Content>
    </Modal.Root>
  );
}
