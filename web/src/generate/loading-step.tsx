import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { strings } from '../strings/strings.ts';
import { StepFrame } from './step-frame.tsx';

const lines = [0, 1, 2, 3, 4];

/** While a form is being fetched. */
export function LoadingStep() {
  return (
    <StepFrame title={strings.generate.title}>
      <VisuallyHidden role="status">{strings.generate.loading}</VisuallyHidden>
      <Stack p="md" gap="lg" maw="28rem">
        {lines.map((line) => (
          <Stack key={line} gap="xs">
            <Skeleton h={14} w="8rem" />
            <Skeleton h={36} />
          </Stack>
        ))}
      </Stack>
    </StepFrame>
  );
}
