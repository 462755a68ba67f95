import { Alert, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMe } from '../api/me.ts';
import { useMembers } from '../api/members.ts';
import { usePageTitle } from '../shell/page-title.tsx';
import { strings } from '../strings/strings.ts';
import { MemberTable } from './member-table.tsx';
import classes from './members-page.module.css';

const SKELETON_ROWS = 4;

/** The account's members and their roles, where mails that ask for access lead. */
export function MembersPage() {
  const texts = strings.members;
  const me = useMe();
  const members = useMembers();
  usePageTitle(texts.heading);
  return (
    <main id="content" className={classes.page}>
      <Stack gap="md">
        <Title order={1}>{texts.heading}</Title>
        {members.error !== null && (
          <Alert color="orange" role="alert">
            {members.error.message}
          </Alert>
        )}
        {members.isPending && (
          <Stack gap="xs" aria-hidden>
            {Array.from({ length: SKELETON_ROWS }, (_, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows without any content
              <Skeleton key={row} height={48} />
            ))}
          </Stack>
        )}
        {members.data !== undefined && me.data !== undefined && (
          <>
            <Text className={classes.intro}>{texts.intro}</Text>
            <MemberTable members={members.data} me={me.data} />
          </>
        )}
      </Stack>
    </main>
  );
}
