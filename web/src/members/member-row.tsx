import { ActionIcon, NativeSelect, Table, Text, Tooltip } from '@mantine/core';
import { IconUserMinus } from '@tabler/icons-react';
import type { MemberView } from '../../../core/contract/member-schemas.ts';
import { strings } from '../strings/strings.ts';
import classes from './members-page.module.css';

type Role = MemberView['role'];

const roles = ['viewer', 'member', 'admin', 'owner'] as const satisfies readonly Role[];

export interface MemberRowProps {
  readonly member: MemberView;
  readonly isMe: boolean;
  /** A change is on its way. */
  readonly isBusy: boolean;
  readonly onChangeRole: (role: Role) => void;
  readonly onRemove: () => void;
}

export function MemberRow({ member, isMe, isBusy, onChangeRole, onRemove }: MemberRowProps) {
  const texts = strings.members;
  return (
    <Table.Tr data-test="member-row">
      <Table.Td>
        {member.name} {isMe && <Text span className={classes.quiet}>{`(${texts.you})`}</Text>}
      </Table.Td>
      <Table.Td className={classes.email}>{member.email}</Table.Td>
      <Table.Td className={classes.role}>
        <NativeSelect
          aria-label={texts.roleOf(member.name)}
          value={member.role}
          disabled={isBusy}
          data={roles.map((role) => ({ value: role, label: texts.roles[role] }))}
          onChange={({ currentTarget }) => onChangeRole(currentTarget.value as Role)}
        />
        <Text size="xs" mt={4} className={classes.quiet}>
          {texts.rights[member.role]}
        </Text>
      </Table.Td>
      <Table.Td className={classes.action}>
        <Tooltip label={texts.remove(member.name)}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={texts.remove(member.name)}
            disabled={isBusy}
            onClick={onRemove}
          >
            <IconUserMinus size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Table.Td>
    </Table.Tr>
  );
}
