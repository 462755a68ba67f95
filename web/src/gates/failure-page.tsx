import { Button, Text } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { ProblemError } from '../api/problem-error.ts';
import { CardPage } from '../shell/card-page.tsx';
import { strings } from '../strings/strings.ts';
import { Gate } from './gate.tsx';

export interface FailureProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

/** Instead of a page that could not be read. */
export function FailurePage(props: FailureProps) {
  return (
    <CardPage>
      <FailureNotice {...props} />
    </CardPage>
  );
}

/** That something could not be read, in the server's words if it had any. */
export function FailureNotice({ error, onRetry }: FailureProps) {
  const texts = strings.gates.failure;
  const problem = error instanceof ProblemError ? error.problem : undefined;
  return (
    <Gate icon={IconCloudOff} title={texts.title}>
      <Text>{problem?.detail ?? texts.body}</Text>
      {problem && (
        <Text size="sm" c="var(--app-text-quiet)">
          {texts.requestId(problem.requestId)}
        </Text>
      )}
      <Button variant="default" onClick={onRetry}>
        {strings.common.tryAgain}
      </Button>
    </Gate>
  );
}
