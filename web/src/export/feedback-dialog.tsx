import { Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { FeedbackKind } from '../../../core/domain/feedback.ts';
import { useSendFeedback } from '../api/export-actions.ts';
import { FormDialog } from '../dialog/form-dialog.tsx';
import { strings } from '../strings/strings.ts';
import { problemWords, tellAndClose } from './tell.ts';

const kinds = ['missing_columns', 'stale_filters', 'other'] satisfies readonly FeedbackKind[];

export interface FeedbackDialogProps {
  readonly view: ExportView;
  readonly onClose: () => void;
}

/** Says to the admins of the account what is wrong with an export. */
export function FeedbackDialog({ view, onClose }: FeedbackDialogProps) {
  const texts = strings.export.feedbackDialog;
  const [kind, setKind] = useState<FeedbackKind>('missing_columns');
  const [text, setText] = useState('');
  const send = useSendFeedback(view.id);
  const isTextNeeded = kind === 'other';
  // The API takes one paragraph.
  const words = text.replace(/\s+/g, ' ').trim();

  return (
    <FormDialog
      title={texts.title}
      confirm={texts.confirm}
      isPending={send.isPending}
      isIncomplete={isTextNeeded && words === ''}
      onSubmit={() => send.mutate({ kind, ...(words !== '' && { text: words }) }, tellAndClose(texts.done, onClose))}
      onClose={onClose}
    >
      <Stack gap="md">
        <Text>{texts.body(view.report.title)}</Text>
        <Radio.Group label={texts.kind} value={kind} onChange={(value) => setKind(value as FeedbackKind)}>
          <Stack gap="xs" mt="xs">
            {kinds.map((each) => (
              <Radio
                key={each}
                value={each}
                label={strings.export.feedbackKinds[each]}
                data-autofocus={each === kind || undefined}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Textarea
          label={isTextNeeded ? texts.text : texts.textOptional}
          required={isTextNeeded}
          rows={3}
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={send.isError && problemWords(send.error)}
        />
      </Stack>
    </FormDialog>
  );
}
