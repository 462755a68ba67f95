import { Button, Menu, Skeleton, Text } from '@mantine/core';
import { IconBell, IconChevronDown, IconLogout, IconUser, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useSignIn } from '../session/session.tsx';
import { strings } from '../strings/strings.ts';
import { askForNotifications, mayAskForNotifications } from './browser-notifications.ts';
import classes from './header.module.css';
import type { HeaderProps } from './header.tsx';

/** Who is signed in, and the way out, which is there for those who have no account as well. */
export function UserMenu({ me, isLoading }: HeaderProps) {
  const signIn = useSignIn();
  const [mayAsk, setMayAsk] = useState(mayAskForNotifications);
  const texts = strings.shell;
  const name = isLoading ? undefined : (me?.user.name ?? signIn.email);
  return (
    <Menu>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          fw={500}
          leftSection={<IconUser size={18} stroke={1.6} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={texts.yourAccount(name)}
        >
          <span className={classes.userName}>{isLoading ? <Skeleton w={80} h={12} /> : name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {me && (
          <div className={classes.person}>
            <Text fw={600}>{me.user.name}</Text>
            <Text size="sm">{me.user.email}</Text>
            <Text size="sm" className={classes.quiet}>
              {texts.roleIn(strings.members.roles[me.role], me.account.id)}
            </Text>
          </div>
        )}
        {me && <Menu.Divider />}
        {me?.permissions.includes('members:manage') && (
          <Menu.Item component={Link} to="/members" leftSection={<IconUsers size={16} stroke={1.6} aria-hidden />}>
            {strings.members.heading}
          </Menu.Item>
        )}
        {mayAsk && (
          <Menu.Item
            leftSection={<IconBell size={16} stroke={1.6} aria-hidden />}
            onClick={() => void askForNotifications().finally(() => setMayAsk(mayAskForNotifications()))}
          >
            {texts.notify}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.6} aria-hidden />}
          onClick={() => void signIn.signOut()}
        >
          {texts.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
