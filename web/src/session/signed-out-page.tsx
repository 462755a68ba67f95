import { Button, Text, Title } from '@mantine/core';
import { CardPage } from '../shell/card-page.tsx';
import { strings } from '../strings/strings.ts';
import type { SessionState, SignIn } from './sign-in.ts';

export interface SignedOutPageProps {
  readonly state: Exclude<SessionState, 'in'>;
  readonly signIn: SignIn;
}

/** After somebody left, or after the identity provider refused to renew the session. */
export function SignedOutPage({ state, signIn }: SignedOutPageProps) {
  const texts = strings.session[state];
  const { pathname, search } = window.location;
  const returnTo = state === 'ended' ? `${pathname}${search}` : '/';
  return (
    <CardPage title={texts.title}>
      <Title order={1}>{texts.title}</Title>
      <Text>{texts.body}</Text>
      <Button onClick={() => void signIn.signIn(returnTo)}>{strings.session.signIn}</Button>
    </CardPage>
  );
}
