import { Text } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useMe } from '../api/me.ts';
import { strings } from '../strings/strings.ts';
import { Gate } from './gate.tsx';
import { ToReports } from './to-reports.tsx';

const LOOK_AGAIN_MS = 10_000;

/** Downloads are switched off. @param props.onResumed called when they seem to be on again */
export function Paused({ onResumed }: { onResumed: () => void }) {
  const texts = strings.gates.paused;
  const { data: me, dataUpdatedAt } = useMe(LOOK_AGAIN_MS);
  const [shownAt] = useState(() => Date.now());

  // What was read before the refusal is older than the refusal.
  const resumedAt = me?.rollout.allowDownloads === true && dataUpdatedAt > shownAt ? dataUpdatedAt : undefined;
  useEffect(() => {
    if (resumedAt !== undefined) onResumed();
  }, [resumedAt, onResumed]);

  return (
    <Gate icon={IconPlayerPause} title={texts.title}>
      <Text>{texts.body}</Text>
      <ToReports />
    </Gate>
  );
}
