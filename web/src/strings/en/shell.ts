export const shell = {
  title: (account: string) => `Reports · ${account}`,
  skipToContent: 'Skip to content',
  account: (account: string) => `Account ${account}`,
  theme: 'Appearance',
  themes: { light: 'Light', dark: 'Dark', auto: 'As the system' },
  signOut: 'Sign out',
  signedInAs: (name: string) => `Signed in as ${name}`,
};
