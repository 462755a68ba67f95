import { Button, Text } from '@mantine/core';
import { IconUserOff } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { useMe } from '../api/me.ts';
import { problemCode } from '../api/problem-error.ts';
import { useSignIn } from '../session/session.tsx';
import { CardPage } from '../shell/card-page.tsx';
import { strings } from '../strings/strings.ts';
import { FailurePage } from './failure-page.tsx';
import { Gate } from './gate.tsx';

export interface AccountGateProps {
  readonly me: ReturnType<typeof useMe>;
  readonly children: ReactNode;
}

/** Shows its children to members of an account: others are told whom to ask. */
export function AccountGate({ me, children }: AccountGateProps) {
  // While it is asked for again, nothing is known of the error any more: what is shown stays.
  const [lastError, setLastError] = useState(me.error);
  if (me.error !== null && me.error !== lastError) setLastError(me.error);
  const error = me.data === undefined ? lastError : me.error;

  if (problemCode(error) === 'permission_required') return <NoAccountPage />;
  if (error !== null && me.data === undefined) return <FailurePage error={error} onRetry={() => void me.refetch()} />;
  return children;
}

/** The identity provider knows this person, and no account does. */
function NoAccountPage() {
  const signIn = useSignIn();
  const texts = strings.gates.noAccount;
  return (
    <CardPage>
      <Gate icon={IconUserOff} title={texts.title}>
        {signIn.email !== undefined && <Text>{texts.signedInAs(signIn.email)}</Text>}
        <Text>{texts.body}</Text>
        <Button variant="default" onClick={() => void signIn.signOut()}>
          {texts.signOut}
        </Button>
      </Gate>
    </CardPage>
  );
}
