import { Outlet } from 'react-router';
import { useMe } from '../api/me.ts';
import { AccountGate } from '../gates/account-gate.tsx';
import { strings } from '../strings/strings.ts';
import { Banners } from './banners.tsx';
import { FinishedExports } from './finished-exports.tsx';
import { Header } from './header.tsx';
import { PageTitles } from './page-title.tsx';
import classes from './shell.module.css';

/** The frame of every page for people who are signed in. */
export function Shell() {
  const me = useMe();
  return (
    <PageTitles account={me.data?.account.id}>
      <a className={classes.skip} href="#content">
        {strings.shell.skipToContent}
      </a>
      <Header me={me.data} isLoading={me.isPending} />
      <Banners rollout={me.data?.rollout} />
      <div className={`${classes.frame} ${classes.content}`}>
        <AccountGate me={me}>
          <Outlet />
        </AccountGate>
      </div>
      {me.data && <FinishedExports userId={me.data.user.id} />}
    </PageTitles>
  );
}
