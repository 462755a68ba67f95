import { Button, Group, Modal, Text } from '@mantine/core';
import type { MemberView } from '../../../core/contract/member-schemas.ts';
import { strings } from '../strings/strings.ts';

export interface RemoveMemberDialogProps {
  /** Who is to be removed; open while there is somebody. */
  readonly member: MemberView | undefined;
  readonly accountId: string;
  readonly onConfirm: (member: MemberView) => void;
  readonly onClose: () => void;
}

export function RemoveMemberDialog({ member, accountId, onConfirm, onClose }: RemoveMemberDialogProps) {
  const { title, body, confirm } = strings.members.removing;
  return (
    <Modal
      opened={member !== undefined}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': strings.common.close }}
    >
      {member !== undefined && (
        <>
          <Text>{body(member.name, accountId)}</Text>
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={onClose}>
              {strings.common.cancel}
            </Button>
            <Button color="orange" onClick={() => onConfirm(member)}>
              {confirm}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  );
}
