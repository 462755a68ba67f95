import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../strings/strings.ts';

export interface DialogFrameProps {
  readonly title: string;
  /** The looks of its `header` and `title`. */
  readonly classes: CSSModuleClasses;
  readonly children: ReactNode;
}

/** What every dialog has: its title and a way out. */
export function DialogFrame({ title, classes, children }: DialogFrameProps) {
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
