import { Button, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useResendMail } from '../api/export-actions.ts';
import { strings } from '../strings/strings.ts';
import { Dialog } from './dialog.tsx';
import { problemWords, tell } from './tell.ts';

export interface ResendDialogProps {
  readonly view: ExportView;
  /** An address whose mail did not arrive, and wants another one. */
  readonly wrongEmail?: string;
  readonly onClose: () => void;
}

/** Sends the mail about an export's ending again, to the same people or to another address. */
export function ResendDialog({ view, wrongEmail, onClose }: ResendDialogProps) {
  const texts = strings.export.resendDialog;
  const [email, setEmail] = useState('');
  const resend = useResendMail(view.id);

  function send(): void {
    resend.mutate(email.trim() === '' ? undefined : email.trim(), {
      onSuccess: () => {
        tell(texts.done);
        onClose();
      },
    });
  }

  return (
    <Dialog title={texts.title} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Text mb="md">{wrongEmail === undefined ? texts.body : texts.bodyFor(wrongEmail)}</Text>
        <TextInput
          type="email"
          label={texts.email}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={resend.isError && problemWords(resend.error)}
          required={wrongEmail !== undefined}
          data-autofocus
        />
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={onClose}>
            {strings.common.cancel}
          </Button>
          <Button type="submit" loading={resend.isPending} disabled={wrongEmail !== undefined && email.trim() === ''}>
            {texts.confirm}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
