export const common = {
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  copy: 'Copy',
  copied: 'Copied',
  tryAgain: 'Try again',
  reports: 'Reports',
  tooBusy: 'Too many requests at the moment. Try again in a few seconds.',
  answered: (status: number) => `The server answered ${status}`,
};
