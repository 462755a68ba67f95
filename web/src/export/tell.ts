import { notifications } from '@mantine/notifications';
import { ProblemError } from '../api/problem-error.ts';
import { strings } from '../strings/strings.ts';

const READABLE_MS = 10_000;

/** Why something could not be done, in the API's words. */
export function problemWords(error: unknown): string {
  if (!(error instanceof ProblemError)) return strings.export.unreachable;
  const { errors = [] } = error.problem ?? {};
  return errors.length > 0 ? errors.map(({ message }) => message).join('\n') : error.message;
}

/** Tells that an action did not work, and why. */
export function tellProblem(error: unknown): void {
  const problem = error instanceof ProblemError ? error.problem : undefined;
  tell(problemWords(error), problem?.title ?? strings.export.notDone);
}

/** A message that goes away by itself. @param title for messages that somebody must act on */
export function tell(message: string, title?: string): void {
  notifications.show({
    message,
    ...(title !== undefined && { title, color: 'orange' }),
    autoClose: READABLE_MS,
    withBorder: true,
    closeButtonProps: { 'aria-label': strings.common.close },
  });
}

/** For the request of a dialog: once it is through, says so and closes the dialog. */
export function tellAndClose(message: string, close: () => void): { readonly onSuccess: () => void } {
  return {
    onSuccess: () => {
      tell(message);
      close();
    },
  };
}
