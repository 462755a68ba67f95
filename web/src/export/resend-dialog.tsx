import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useResendMail } from '../api/export-actions.ts';
import { FormDialog } from '../dialog/form-dialog.tsx';
import { strings } from '../strings/strings.ts';
import { problemWords, tellAndClose } from './tell.ts';

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
  const address = email.trim();

  return (
    <FormDialog
      title={texts.title}
      confirm={texts.confirm}
      isPending={resend.isPending}
      isIncomplete={wrongEmail !== undefined && address === ''}
      onSubmit={() => resend.mutate(address === '' ? undefined : address, tellAndClose(texts.done, onClose))}
      onClose={onClose}
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
    </FormDialog>
  );
}
