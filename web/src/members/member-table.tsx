import { Alert, Paper, Table } from '@mantine/core';
import { useState } from 'react';
import type { MemberView, MeView } from '../../../core/contract/member-schemas.ts';
import { useChangeRole, useRemoveMember } from '../api/members.ts';
import { ConfirmDialog } from '../dialog/confirm-dialog.tsx';
import { strings } from '../strings/strings.ts';
import { MemberRow } from './member-row.tsx';
import classes from './members-page.module.css';

export interface MemberTableProps {
  readonly members: readonly MemberView[];
  readonly me: MeView;
}

/** Roles change at once; what came of it is said above the table. */
export function MemberTable({ members, me }: MemberTableProps) {
  const texts = strings.members;
  const change = useChangeRole();
  const remove = useRemoveMember();
  const [removing, setRemoving] = useState<MemberView>();
  const [outcome, setOutcome] = useState<{ readonly isError: boolean; readonly text: string }>();

  const changeRole = (member: MemberView, role: MemberView['role']) =>
    change.mutate(
      { ...member, role },
      {
        onSuccess: () => setOutcome({ isError: false, text: texts.changed(member.name, texts.roles[role]) }),
        onError: ({ message }) => setOutcome({ isError: true, text: message }),
      },
    );
  const confirmRemoval = (member: MemberView) =>
    remove.mutate(member.userId, {
      onSettled: () => setRemoving(undefined),
      onSuccess: () => setOutcome({ isError: false, text: texts.removed(member.name) }),
      onError: ({ message }) => setOutcome({ isError: true, text: message }),
    });

  return (
    <>
      <div aria-live="polite">
        {outcome !== undefined && <Alert color={outcome.isError ? 'orange' : 'accent'}>{outcome.text}</Alert>}
      </div>
      <Paper withBorder className={classes.surface}>
        <Table className={classes.table} verticalSpacing="xs" horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{texts.name}</Table.Th>
              <Table.Th>{texts.email}</Table.Th>
              <Table.Th>{texts.role}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map((member) => (
              <MemberRow
                key={member.userId}
                member={member}
                isMe={member.userId === me.user.id}
                isBusy={change.isPending || remove.isPending}
                onChangeRole={(role) => changeRole(member, role)}
                onRemove={() => setRemoving(member)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Paper>
      {removing !== undefined && (
        <ConfirmDialog
          title={texts.removing.title}
          body={texts.removing.body(removing.name, me.account.id)}
          confirm={texts.removing.confirm}
          dismiss={strings.common.cancel}
          isPending={remove.isPending}
          onConfirm={() => confirmRemoval(removing)}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}
