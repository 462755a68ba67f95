import { Button, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ExportListView } from '../../../core/contract/export-schemas.ts';
import { usePrefetchExports } from '../api/exports.ts';
import { strings } from '../strings/strings.ts';
import classes from './center-pagination.module.css';
import { type CenterSearch, exportListQuery, lastPage, NUMBERED_EXPORTS } from './center-search.ts';

export interface CenterPaginationProps {
  readonly list: ExportListView;
  readonly search: CenterSearch;
  readonly eventId: string | undefined;
  readonly onChange: (change: Partial<CenterSearch>) => void;
}

/** The way through the pages, and from the last that has a number on to what is older. */
export function CenterPagination({ list, search, eventId, onChange }: CenterPaginationProps) {
  const prefetch = usePrefetchExports();
  const texts = strings.center;
  const pages = lastPage(list);
  const { page, olderThan, sort } = search;
  const isLast = page >= pages;
  const next = isLast ? { olderThan: list.nextCursor } : { page: page + 1 };
  const hasNext = !isLast || list.nextCursor !== undefined;
  const fetchNext = () => {
    if (hasNext) prefetch(exportListQuery({ ...search, page: 1, ...next }, eventId));
  };
  // While another page is on its way, the one that is there is the one that counts.
  const shownFrom = ((list.page ?? page) - 1) * list.limit + 1;

  return (
    <nav className={classes.pagination} aria-label={texts.pages} data-test="report-jobs-pagination">
      <Text component="p" className={classes.words} aria-live="polite">
        {texts.range(shownFrom, shownFrom + list.data.length - 1, list.total, list.totalIsLowerBound)}
      </Text>
      {isLast && list.totalIsLowerBound && sort !== '-createdAt' && (
        <Text component="p" className={classes.words}>
          {texts.olderHint(NUMBERED_EXPORTS)}
        </Text>
      )}
      <div className={classes.buttons}>
        {olderThan !== undefined && (
          <Button variant="subtle" size="xs" onClick={() => onChange({ olderThan: undefined })}>
            {texts.backToNewest}
          </Button>
        )}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconChevronLeft size={14} aria-hidden />}
          {...inactiveUnless(page > 1)}
          onClick={() => page > 1 && onChange({ page: page - 1 })}
        >
          {texts.previous}
        </Button>
        <Text component="span" className={classes.words}>
          {texts.pageOf(page, pages)}
        </Text>
        <Button
          variant="default"
          size="xs"
          rightSection={<IconChevronRight size={14} aria-hidden />}
          {...inactiveUnless(hasNext)}
          onMouseEnter={fetchNext}
          onFocus={fetchNext}
          onClick={() => hasNext && onChange(next)}
        >
          {isLast && hasNext ? texts.older : texts.next}
        </Button>
      </div>
    </nav>
  );
}

/** Not `disabled`: who pages by keyboard would lose the focus at either end. */
function inactiveUnless(isActive: boolean) {
  return isActive ? {} : { 'data-disabled': true, 'aria-disabled': true };
}
