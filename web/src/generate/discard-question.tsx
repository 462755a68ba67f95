import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { strings } from '../strings/strings.ts';

export interface DiscardQuestionProps {
  readonly isOpen: boolean;
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

/** Before a form that was filled in closes. It stands within the form's dialog, whose focus trap then gives way to its own. */
export function DiscardQuestion({ isOpen, onKeep, onDiscard }: DiscardQuestionProps) {
  const texts = strings.generate.discard;
  return (
    <Modal opened={isOpen} onClose={onKeep} size="sm" centered withCloseButton={false} withinPortal={false}>
      <Stack gap="md">
        <Modal.Title fw={600}>{texts.title}</Modal.Title>
        <Text>{texts.body}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDiscard}>
            {texts.discard}
          </Button>
          <Button onClick={onKeep} data-autofocus>
            {texts.keep}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
