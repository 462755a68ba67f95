import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { ExportListView, ExportView } from '../../../core/contract/export-schemas.ts';
import { useApi } from '../api/api-context.ts';
import { useDownload } from '../api/export-actions.ts';
import { PART_FILES_HASH, partFilesOf } from '../export/part-files.ts';
import { strings } from '../strings/strings.ts';
import { notifyBrowser } from './browser-notifications.ts';
import { exportsIn, FinishWatch } from './finish-watch.ts';
import { FinishedToast, finishedFacts } from './finished-toast.tsx';

const POLL_MS = 5_000;
const HIDDEN_POLL_MS = 30_000;

/** Tells people that an export of theirs has finished, unless they are looking at the list that shows it. */
export function FinishedExports({ userId }: { userId: string }) {
  const { pathname, search } = useLocation();
  const isListShown = pathname === '/' && search === '';
  const announce = useAnnouncement(isListShown);
  const [watch] = useState(() => new FinishWatch(userId, (finished) => announce.current(finished)));
  const isWatching = useSyncExternalStore(watch.subscribe, watch.isWatching);
  const queries = useQueryClient();
  const api = useApi();

  // Everything that any page reads is looked at: that wakes the watch when an export is made.
  useEffect(
    () =>
      queries.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type !== 'success') return;
        const [subject, kind] = event.query.queryKey;
        if (subject !== 'exports') return;
        const exports = exportsIn(event.query.state.data);
        if (kind === 'newest-of-mine') watch.seeNewest(exports);
        else watch.see(exports);
      }),
    [queries, watch],
  );
  useQuery({
    queryKey: ['exports', 'newest-of-mine'],
    queryFn: ({ signal }) => api.request<ExportListView>('/v1/exports', { query: { mine: 'true' }, signal }),
    refetchInterval: () => {
      if (!isWatching) return false;
      if (document.visibilityState !== 'visible') return HIDDEN_POLL_MS;
      // The list polls by itself, and nothing is announced beside it.
      return isListShown ? HIDDEN_POLL_MS : POLL_MS;
    },
    refetchIntervalInBackground: true,
    notifyOnChangeProps: [],
  });
  return null;
}

/** Shows the toast, and the browser's own notification to those who are in another window. */
function useAnnouncement(isListShown: boolean) {
  const navigate = useNavigate();
  const { mutateAsync: download } = useDownload();
  const announce = useRef<(finished: ExportView) => void>(() => {});

  useEffect(() => {
    announce.current = (finished) => {
      const isVisible = document.visibilityState === 'visible';
      if (isListShown && isVisible) return;
      const { id } = finished;
      const open = (hash = '') => {
        notifications.hide(id);
        void navigate({ pathname: '/', search: `?${new URLSearchParams({ export: id })}`, hash });
      };
      const downloadIt = async () => {
        if (partFilesOf(finished) > 1) open(PART_FILES_HASH);
        else await download({ exportId: id });
      };
      notifications.show({
        id,
        title: finishedFacts(finished).title,
        message: <FinishedToast finished={finished} onDownload={downloadIt} onOpen={() => open()} />,
        autoClose: false,
        color: finished.status === 'ready' ? 'var(--app-ready)' : 'var(--app-failed)',
        closeButtonProps: { 'aria-label': strings.common.close },
      });
      if (!isVisible) {
        const { title, detail } = finishedFacts(finished);
        notifyBrowser({ title, body: detail, tag: id, onClick: () => open() });
      }
    };
  }, [isListShown, navigate, download]);
  return announce;
}
