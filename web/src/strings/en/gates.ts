const plural = new Intl.PluralRules('en');

function days(count: number): string {
  return plural.select(count) === 'one' ? `${count} day` : `${count} days`;
}

export const gates = {
  toReports: 'To the list of reports',
  toExport: 'Show it in the list',
  noAccount: {
    title: 'You do not belong to an account',
    signedInAs: (email: string) => `You are signed in as ${email}.`,
    body: 'No account has you as a member. Ask the owner of your account to add you, or sign in as somebody else.',
    signOut: 'Sign out',
  },
  failure: {
    title: 'This did not work',
    body: 'The server could not be reached. It may be your connection, or it may be us; try again in a moment.',
    requestId: (id: string) => `If it keeps failing, tell your administrator this number: ${id}`,
  },
  notFound: {
    title: 'There is no such page',
    body: 'The address may be mistyped, or the page may have moved.',
  },
  looking: { title: 'Looking for your file' },
  started: {
    title: 'Your download has started',
    name: 'File',
    size: 'Size',
    sha256: 'SHA-256',
    again: 'Download again',
  },
  preparing: {
    title: 'Your file is still being prepared',
    body: 'Stay here or look again in a moment: the download starts by itself when the file is ready.',
    queued: (position: string) => `Waiting its turn: number ${position} in line`,
    rows: (rows: string) => `${rows} rows so far`,
  },
  noFile: { title: 'There is no file' },
  paused: {
    title: 'Downloads are paused',
    body: 'Somebody has switched them off for a while. Your file is safe, and the download starts by itself when they are on again.',
  },
  linkNotFound: { title: 'This link leads nowhere' },
  linkExpired: {
    title: 'Download link expired',
    expiredOn: (day: string) => `This link expired on ${day}.`,
    body: (fileAvailable: boolean) =>
      fileAvailable
        ? 'Links in mails are good for a few days only. The file is still there: get a new link.'
        : 'Links in mails are good for a few days only, and there is no file any more. Generate the report again.',
    download: 'Get a new link and download',
  },
  fileRemoved: {
    title: 'The file has been removed',
    body: (keptDays: number | undefined) =>
      keptDays === undefined
        ? 'Files are kept for a limited time. Generate it again to get the report anew.'
        : `Files of this report are kept ${days(keptDays)}. Generate it again to get the report anew.`,
    removedOn: (day: string) => `It was removed on ${day}.`,
  },
  runAgain: {
    run: 'Generate it again',
    refused: (reason: string) => `It cannot be generated again: ${reason}`,
  },
  permissionRequired: {
    title: 'You need access to this report',
    body: (account: string | undefined) =>
      account === undefined
        ? 'You have no access to this report. Ask an admin of your account.'
        : `You have no access to this report. Ask an admin of ${account}.`,
  },
  accessGranted: { title: 'You have access to this report now', open: 'Open the form' },
  notForYou: {
    title: 'This file is not for you to read',
    alsoReport: 'You have no access to the report itself either. With it, you could generate a file of your own.',
  },
  permissionLost: {
    title: 'You no longer have access',
    body: 'The file was yours to read when the link was sent; your permissions have changed since.',
  },
  requestAccess: {
    reason: 'Why you need it (optional)',
    send: 'Request access',
    asked: (when: string, people: number) =>
      people === 0
        ? `Asked on ${when}. There is nobody who could be told: ask your account's owner yourself.`
        : `Asked on ${when}. ${people} ${plural.select(people) === 'one' ? 'owner or admin was' : 'owners and admins were'} told.`,
  },
};
