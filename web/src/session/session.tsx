import { createContext, type ReactNode, use, useSyncExternalStore } from 'react';
import type { SignIn } from './sign-in.ts';
import { SignedOutPage } from './signed-out-page.tsx';
import type { SessionState } from './token-session.ts';

const SignInContext = createContext<SignIn | undefined>(undefined);

export function useSignIn(): SignIn {
  const signIn = use(SignInContext);
  if (signIn === undefined) throw new Error('There is no session around this component.');
  return signIn;
}

export function useSessionState(): SessionState {
  const signIn = useSignIn();
  return useSyncExternalStore(signIn.subscribe, () => signIn.state);
}

/** Shows its children while somebody is signed in. */
export function SignedIn({ signIn, children }: { signIn: SignIn; children: ReactNode }) {
  const state = useSyncExternalStore(signIn.subscribe, () => signIn.state);
  if (state === 'out' || state === 'ended') return <SignedOutPage state={state} signIn={signIn} />;
  return <SignInContext value={signIn}>{children}</SignInContext>;
}
