import { Button, Stack, Text, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useAccessRequest } from '../api/access.ts';
import { ProblemError } from '../api/problem-error.ts';
import { formatInstant } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import classes from './gates.module.css';

const MAX_REASON_CHARACTERS = 500;

/** Asks the account's owners and admins for a report, with a line of why. */
export function RequestAccess({ reportId }: { reportId: string }) {
  const texts = strings.gates.requestAccess;
  const request = useAccessRequest(reportId);
  const [reason, setReason] = useState('');
  if (request.data) {
    const { requestedAt, asked } = request.data;
    return <Text role="status">{texts.asked(formatInstant(requestedAt), asked)}</Text>;
  }
  const send = (event: FormEvent) => {
    event.preventDefault();
    request.mutate(reason.trim() === '' ? {} : { reason: reason.trim() });
  };
  const { error } = request;
  const ofReason =
    error instanceof ProblemError ? error.problem?.errors?.find(({ pointer }) => pointer === '/reason') : undefined;
  return (
    <form className={classes.wide} onSubmit={send}>
      <Stack align="flex-start" gap="sm">
        <TextInput
          className={classes.wide}
          label={texts.reason}
          maxLength={MAX_REASON_CHARACTERS}
          value={reason}
          error={ofReason?.message}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button
          type="submit"
          data-test="permission-required-request-access-cta"
          loading={request.isPending}
          leftSection={<IconSend size={16} stroke={1.6} aria-hidden />}
        >
          {texts.send}
        </Button>
        {error && ofReason === undefined && <Text className={classes.refusal}>{error.message}</Text>}
      </Stack>
    </form>
  );
}
