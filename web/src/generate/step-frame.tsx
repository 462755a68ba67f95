import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings/strings.ts';

export interface StepFrameProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** What every step of the modal has: its title and a way out. */
export function StepFrame({ title, children }: StepFrameProps) {
  return (
    <>
      <Modal.Header>
        <Modal.Title>{title}</Modal.Title>
        <Modal.CloseButton aria-label={strings.common.close} />
      </Modal.Header>
      <Modal.Body>{children}</Modal.Body>
    </>
  );
}
