import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings/strings.ts';
import classes from './step-frame.module.css';

export interface StepFrameProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** What every step of the modal has: its title and a way out. */
export function StepFrame({ title, children }: StepFrameProps) {
  return (
    <>
      {/* Modal.Header would be one more banner of the page. */}
      <div className={classes.header}>
        <Modal.Title className={classes.title}>{title}</Modal.Title>
        <Modal.CloseButton aria-label={strings.common.close} />
      </div>
      <Modal.Body>{children}</Modal.Body>
    </>
  );
}
