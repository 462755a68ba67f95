import { Button, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useState } from 'react';
import { CardPage } from '../shell/card-page.tsx';
import { Notice } from '../shell/notice.tsx';
import { strings } from '../strings/strings.ts';
import type { SignIn } from './sign-in.ts';

export interface SignedOutPageProps {
  readonly state: 'out' | 'ended';
  readonly signIn: SignIn;
}

/** After somebody left, or after the identity provider refused to renew the session. */
export function SignedOutPage({ state, signIn }: SignedOutPageProps) {
  const texts = strings.session[state];
  const [hasFailed, setHasFailed] = useState(false);
  useDocumentTitle(texts.title);

  const { pathname, search } = window.location;
  const signInAgain = () => {
    setHasFailed(false);
    signIn.signIn(state === 'ended' ? `${pathname}${search}` : '/').catch(() => setHasFailed(true));
  };
  return (
    <CardPage>
      <Notice title={texts.title}>
        <Text>{texts.body}</Text>
        {hasFailed && <Text c="var(--app-failed)">{strings.session.failed.body}</Text>}
        <Button onClick={signInAgain}>{strings.session.signIn}</Button>
      </Notice>
    </CardPage>
  );
}
