import { Button, Text } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { ProblemError } from '../api/problem-error.ts';
import { CardPage } from '../shell/card-page.tsx';
import { Notice } from '../shell/notice.tsx';
import { usePageTitle } from '../shell/page-title.tsx';
import { strings } from '../strings/strings.ts';

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
  usePageTitle(texts.title);
  return (
    <Notice icon={<IconCloudOff size={22} stroke={1.6} aria-hidden />} title={texts.title}>
      <Text>{problem?.detail ?? texts.body}</Text>
      {problem && (
        <Text size="sm" c="var(--app-text-quiet)">
          {texts.requestId(problem.requestId)}
        </Text>
      )}
      <Button variant="default" onClick={onRetry}>
        {strings.common.tryAgain}
      </Button>
    </Notice>
  );
}
