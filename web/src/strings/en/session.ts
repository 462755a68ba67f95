export const session = {
  signIn: 'Sign in',
  out: { title: 'You are signed out', body: 'Your files stay where they are. Sign in again to see your reports.' },
  ended: {
    title: 'Your session has ended',
    body: 'Sign in again to go on where you were. Nothing is lost: exports go on running while you are away.',
  },
  failed: {
    title: 'Sign-in did not work',
    body: 'The sign-in service could not be reached, or it refused. Try again in a moment.',
    retry: 'Try again',
  },
};
