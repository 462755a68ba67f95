import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { usePausedReason } from '../export/paused.ts';
import { tell } from '../export/tell.ts';
import { generatePath } from '../generate/generate-path.ts';
import { strings } from '../strings/strings.ts';

export interface GenerateCtaProps {
  readonly eventId: string | undefined;
  /** For tests. */
  readonly testName?: string;
}

/** The way to a new export; while none are taken, it says why. */
export function GenerateCta({ eventId, testName }: GenerateCtaProps) {
  const reason = usePausedReason()('change');
  const leftSection = <IconPlus size={16} aria-hidden />;
  if (reason === undefined) {
    return (
      <Button component={Link} to={generatePath({ eventId })} leftSection={leftSection} data-test={testName}>
        {strings.center.generate}
      </Button>
    );
  }
  return (
    <Button
      variant="default"
      leftSection={leftSection}
      // Not `disabled`: whoever comes to it must be able to learn why.
      aria-disabled
      aria-description={reason}
      title={reason}
      onClick={() => tell(reason)}
      data-test={testName}
    >
      {strings.center.generate}
    </Button>
  );
}
