import { Link } from 'react-router';
import type { MeView } from '../../../core/contract/member-schemas.ts';
import { strings } from '../strings/strings.ts';
import { AppearanceMenu } from './appearance-menu.tsx';
import classes from './header.module.css';
import shellClasses from './shell.module.css';
import { UserMenu } from './user-menu.tsx';

export interface HeaderProps {
  /** Undefined until it is known, and when it cannot be known. */
  readonly me: MeView | undefined;
  readonly isLoading: boolean;
}

/** Where one is, and as whom. */
export function Header({ me, isLoading }: HeaderProps) {
  return (
    <header className={classes.header}>
      <div className={`${shellClasses.frame} ${classes.row}`}>
        <Link to="/" className={classes.product} aria-label={strings.shell.toReports}>
          <img src="/favicon.svg" alt="" width={20} height={20} />
          {strings.shell.product}
        </Link>
        {me && (
          <span className={classes.account} title={strings.shell.account(me.account.id)}>
            {me.account.id}
          </span>
        )}
        <div className={classes.menus}>
          <AppearanceMenu />
          <UserMenu me={me} isLoading={isLoading} />
        </div>
      </div>
    </header>
  );
}
