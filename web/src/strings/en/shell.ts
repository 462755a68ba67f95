import type { Role } from '../../../../core/domain/permissions.ts';

export const shell = {
  product: 'Waybill',
  /** The document's title; on a page that has its own, that one stands before. */
  title: (page: string, account: string | undefined) => (account === undefined ? page : `${page} · ${account}`),
  skipToContent: 'Skip to content',
  toReports: 'Waybill, to the list of reports',
  account: (account: string) => `Account ${account}`,
  theme: 'Appearance',
  themes: { light: 'Light', dark: 'Dark', auto: 'As the system' },
  yourAccount: 'You and your session',
  roles: {
    viewer: 'Viewer',
    member: 'Member',
    admin: 'Admin',
    owner: 'Owner',
  } satisfies Record<Role, string>,
  roleIn: (role: string, account: string) => `${role} of ${account}`,
  signOut: 'Sign out',
  notify: 'Notify me when reports are done',
  banners: {
    offline: 'You are offline. What you see may be out of date; it is refreshed as soon as you are back.',
    unreachable: 'The server cannot be reached at the moment. Trying again; nothing you asked for is lost.',
    acceptExports: 'New reports cannot be started at the moment: this is paused on purpose, and will be back.',
    runWorkers: 'Waiting reports are not started at the moment: this is paused on purpose. They keep their place.',
    allowDownloads: 'Downloads are paused on purpose at the moment. Your files are safe.',
    ending: 'Your session is about to end. Sign in again to go on.',
  },
  finished: {
    ready: (report: string) => `${report} is ready`,
    failed: (report: string) => `${report} failed`,
    size: (rows: string, bytes: string) => `${rows} rows, ${bytes}`,
    download: 'Download',
    open: 'Open',
  },
  crashed: {
    title: 'Something went wrong on this page',
    body: 'It could not be shown. Reload it; your exports are not affected.',
    reload: 'Reload',
    toReports: 'To the list of reports',
  },
};
