import { Loader } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { Notice, type NoticeProps } from '../shell/notice.tsx';
import { usePageTitle } from '../shell/page-title.tsx';

export interface GateProps extends Omit<NoticeProps, 'icon'> {
  /** @default a sign that something is still going on */
  readonly icon?: Icon;
}

/** A card in place of a page, which has the card's title. */
export function Gate({ icon: GateIcon, ...notice }: GateProps) {
  usePageTitle(notice.title);
  const icon = GateIcon ? <GateIcon size={22} stroke={1.6} aria-hidden /> : <Loader size={20} color="gray" />;
  return <Notice icon={icon} {...notice} />;
}
