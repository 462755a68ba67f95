import { Modal } from '@mantine/core';
import { useRef, useState } from 'react';
import { DiscardQuestion } from './discard-question.tsx';
import { dialogId } from './fields/dropdown-props.ts';
import type { Draft } from './form/use-report-form.ts';
import { readLink } from './generate-link.ts';
import classes from './generate-modal.module.css';
import { GenerateSteps } from './generate-steps.tsx';

export interface GenerateModalProps {
  /** Where `type`, `from` and `filters` come from: see generate-path.ts. */
  readonly search: URLSearchParams;
  /** The event in whose report center it opens. */
  readonly eventId: string | undefined;
  /** @param created whether an export was queued */
  readonly onClose: (created: boolean) => void;
}

/** From the catalog to a queued export, in two steps. */
export function GenerateModal({ search, eventId, onClose }: GenerateModalProps) {
  const [isOpen, setOpen] = useState(true);
  // Mantine would look after the steps have moved the focus to their fields.
  const [opener] = useState(() => document.activeElement);
  const [isAsking, setAsking] = useState(false);
  // Forms that were left for the catalog; nothing is drawn from them while they change.
  const drafts = useRef(new Map<string, Draft>());
  const isCreated = useRef(false);

  const close = (created: boolean) => {
    isCreated.current = created;
    setAsking(false);
    setOpen(false);
  };
  const askToClose = () => {
    const isChanged = [...drafts.current.values()].some((draft) => draft.isChanged);
    // Not before the key press is over: the question would take the same Escape for its answer.
    if (isChanged) window.setTimeout(() => setAsking(true));
    else close(false);
  };

  return (
    <Modal.Root
      opened={isOpen}
      onClose={askToClose}
      returnFocus={false}
      onExitTransitionEnd={() => {
        if (opener instanceof HTMLElement) opener.focus();
        onClose(isCreated.current);
      }}
      closeOnEscape={!isAsking}
      lockScroll={false}
      transitionProps={{ duration: 150 }}
      size={1120}
      yOffset="1.5rem"
      classNames={{ inner: classes.inner, content: classes.content, body: classes.body }}
    >
      <Modal.Overlay />
      <Modal.Content id={dialogId} data-test="generate-report-modal">
        <GenerateSteps link={readLink(search)} eventId={eventId} drafts={drafts.current} onDone={() => close(true)} />
        <DiscardQuestion isOpen={isAsking} onKeep={() => setAsking(false)} onDiscard={() => close(false)} />
      </Modal.Content>
    </Modal.Root>
  );
}
