import { Outlet } from 'react-router';
import { strings } from '../strings/strings.ts';
import classes from './shell.module.css';

/** The frame of every page for people who are signed in. */
export function Shell() {
  return (
    <>
      <a className={classes.skip} href="#content">
        {strings.shell.skipToContent}
      </a>
      <Outlet />
    </>
  );
}
