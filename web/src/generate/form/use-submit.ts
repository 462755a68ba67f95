import { useRef, useState } from 'react';
import { useCreateExport } from '../../api/create-export.ts';
import type { ExportBody } from '../../api/export-body.ts';
import { ProblemError } from '../../api/problem-error.ts';
import { strings } from '../../strings/strings.ts';
import type { Issue } from './placed-issues.ts';

export interface SubmitEvents {
  readonly onCreated: () => void;
  /** @param issues the parts of the request that the API named */
  readonly onRefused: (issues: readonly Issue[]) => void;
}

/** Sends the form. The same request sent again is the same intention: it has the same key. */
export function useSubmit({ onCreated, onRefused }: SubmitEvents) {
  const create = useCreateExport();
  const intention = useRef<{ readonly text: string; readonly key: string } | undefined>(undefined);
  const [message, setMessage] = useState<string>();

  const submit = (body: ExportBody) => {
    const text = JSON.stringify(body);
    if (intention.current?.text !== text) intention.current = { text, key: crypto.randomUUID() };
    setMessage(undefined);
    create.mutate(
      { body, idempotencyKey: intention.current.key },
      {
        onSuccess: onCreated,
        onError: (error) => {
          const issues = error instanceof ProblemError ? (error.problem?.errors ?? []) : [];
          setMessage(error instanceof ProblemError ? error.message : strings.generate.form.unreachable);
          onRefused(issues);
        },
      },
    );
  };
  return { submit, isSending: create.isPending, message, clearMessage: () => setMessage(undefined) };
}
