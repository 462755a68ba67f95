import { Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings/strings.ts';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A small dialog that is open as long as it is there. */
export function Dialog({ title, onClose, children }: DialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        <Text component="span" fw={600}>
          {title}
        </Text>
      }
      centered
      closeButtonProps={{ 'aria-label': strings.common.close }}
    >
      {children}
    </Modal>
  );
}
