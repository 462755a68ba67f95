import { Title } from '@mantine/core';
import { useEffect } from 'react';
import { useParams } from 'react-router';
import { useExports } from '../api/exports.ts';
import { strings } from '../strings/strings.ts';
import classes from './center-page.module.css';
import { CenterPagination } from './center-pagination.tsx';
import { exportListQuery, lastPage } from './center-search.ts';
import { EmptyList, ListFailed, StaleNotice } from './center-states.tsx';
import { CenterToolbar } from './center-toolbar.tsx';
import { EventScope } from './event-scope.tsx';
import { ExportTable } from './export-table.tsx';
import { GenerateCta } from './generate-cta.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { StatusAnnouncer } from './status-announcer.tsx';
import { useCenterSearch } from './use-center-search.ts';
import { useScrollToTop } from './use-scroll-to-top.ts';

/** The list of exports of an account, or of one of its events. */
export function CenterPage() {
  const { eventId } = useParams();
  const [search, change] = useCenterSearch();
  // Only these are looked at, so that a poll which finds nothing new draws nothing.
  const { data: list, error, isPlaceholderData, refetch } = useExports(exportListQuery(search, eventId));

  const pages = list === undefined || isPlaceholderData ? undefined : lastPage(list);
  useEffect(() => {
    if (pages !== undefined && search.page > pages) change({ page: pages }, { replace: true });
  }, [pages, search.page, change]);

  useScrollToTop(isPlaceholderData ? undefined : `${search.page} ${search.olderThan}`);

  return (
    <main id="content" data-test="report-center" className={classes.page}>
      <header className={classes.header}>
        <Title order={1} data-test="report-center-h1">
          {strings.common.reports}
        </Title>
        <GenerateCta eventId={eventId} testName="generate-report-cta" />
      </header>
      {eventId !== undefined && <EventScope eventId={eventId} />}
      <CenterToolbar search={search} onChange={change} />
      {error !== null && list !== undefined && <StaleNotice onRetry={() => void refetch()} />}
      {list === undefined &&
        (error === null ? (
          <ListSkeleton sort={search.sort} onChange={change} />
        ) : (
          <ListFailed error={error} onRetry={() => void refetch()} />
        ))}
      {list !== undefined && list.data.length === 0 && (
        <EmptyList search={search} eventId={eventId} onChange={change} />
      )}
      {list !== undefined && list.data.length > 0 && (
        <div className={classes.list} data-waiting={isPlaceholderData || undefined} aria-busy={isPlaceholderData}>
          <ExportTable exports={list.data} sort={search.sort} onChange={change} />
          <CenterPagination list={list} search={search} eventId={eventId} onChange={change} />
        </div>
      )}
      <StatusAnnouncer exports={list?.data} />
    </main>
  );
}
