import { Button, Collapse, Text } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { IconCloudOff, IconLogin2, IconPlayerPause } from '@tabler/icons-react';
import { type Query, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import type { RolloutFlags } from '../../../core/domain/rollout-flags.ts';
import { useMe } from '../api/me.ts';
import { UnreachableError } from '../api/problem-error.ts';
import { useIsReachable } from '../api/reachability.ts';
import { useSessionState, useSignIn } from '../session/session.tsx';
import { strings } from '../strings/strings.ts';
import classes from './banners.module.css';
import shellClasses from './shell.module.css';

const PROBE_MS = 5_000;
const ORDINARY_MS = 60_000;

const texts = strings.shell.banners;
const pauses = ['acceptExports', 'runWorkers', 'allowDownloads'] as const satisfies readonly (keyof RolloutFlags)[];

/** What concerns every page: no connection, a service that is paused, a session that ends. Read out as it comes. */
export function Banners({ rollout }: { rollout: RolloutFlags | undefined }) {
  const { online } = useNetwork();
  const isReachable = useIsReachable();
  const state = useSessionState();
  const signIn = useSignIn();
  useRecovery(isReachable);
  const signInAgain = () => void signIn.signIn(`${window.location.pathname}${window.location.search}`);

  return (
    <div className={classes.region} role="status">
      <Banner isShown={!online} icon={<IconCloudOff size={16} aria-hidden />}>
        {texts.offline}
      </Banner>
      <Banner isShown={online && !isReachable} icon={<IconCloudOff size={16} aria-hidden />}>
        {texts.unreachable}
      </Banner>
      <Banner isShown={state === 'ending'} icon={<IconLogin2 size={16} aria-hidden />}>
        {texts.ending}{' '}
        <Button variant="subtle" size="compact-sm" onClick={signInAgain}>
          {strings.session.signIn}
        </Button>
      </Banner>
      {pauses.map((flag) => (
        <Banner key={flag} isShown={rollout?.[flag] === false} icon={<IconPlayerPause size={16} aria-hidden />}>
          {texts[flag]}
        </Banner>
      ))}
    </div>
  );
}

/** While nothing answers, asks until something does, and then reads again what could not be read. */
function useRecovery(isReachable: boolean): void {
  const queries = useQueryClient();
  useMe(isReachable ? ORDINARY_MS : PROBE_MS);
  useEffect(() => {
    const isUnread = ({ state }: Query) => state.error instanceof UnreachableError;
    if (isReachable) void queries.refetchQueries({ type: 'active', predicate: isUnread });
  }, [isReachable, queries]);
}

interface BannerProps {
  readonly isShown: boolean;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** Slides in and out, so that nothing below leaps from under the pointer. */
function Banner({ isShown, icon, children }: BannerProps) {
  return (
    <Collapse expanded={isShown} transitionDuration={180} keepMounted={false}>
      <div className={classes.banner}>
        <div className={`${shellClasses.frame} ${classes.row}`}>
          <span className={classes.icon}>{icon}</span>
          <Text>{children}</Text>
        </div>
      </div>
    </Collapse>
  );
}
