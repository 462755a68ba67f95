import { Anchor, Button, Skeleton, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useReports } from '../../api/reports.ts';
import { strings } from '../../strings/strings.ts';
import { FormNotice } from '../form-notice.tsx';
import { generatePath } from '../generate-path.ts';
import { StepFrame } from '../step-frame.tsx';
import classes from './catalog.module.css';
import { ReportCards } from './report-cards.tsx';
import { groupReports, reportsOfCenter, searchReports } from './search-reports.ts';

export interface CatalogStepProps {
  readonly eventId: string | undefined;
  /** Why the catalog is shown in place of what was asked for. */
  readonly note?: string;
}

/** Every report that this person may generate, to choose from. */
export function CatalogStep({ eventId, note }: CatalogStepProps) {
  const { data: all, isPending, isError, refetch } = useReports();
  const [search, setSearch] = useState('');
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  // The dialog looks for this field when it opens; who comes back from a form must find it as well.
  useEffect(() => input.current?.focus(), []);
  const texts = strings.generate.catalog;
  const reports = reportsOfCenter(all ?? [], eventId);
  const found = searchReports(reports, search);
  const choose = (type: string) => void navigate(generatePath({ type, eventId }));

  return (
    <StepFrame title={strings.generate.title}>
      <form
        className={classes.search}
        onSubmit={(event) => {
          event.preventDefault();
          const [only] = found;
          if (only && found.length === 1) choose(only.id);
        }}
      >
        <TextInput
          ref={input}
          type="search"
          aria-label={texts.search}
          placeholder={texts.placeholder}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          data-autofocus
        />
        {eventId !== undefined && (
          <Text size="sm" className={classes.scope}>
            {texts.eventOnly}{' '}
            <Anchor component={Link} to={generatePath()} size="sm" underline="always">
              {texts.allReports}
            </Anchor>
          </Text>
        )}
      </form>
      <div className={classes.catalog} data-test="report-type-catalog" aria-busy={isPending}>
        {note !== undefined && <FormNotice role="status">{note}</FormNotice>}
        <VisuallyHidden role="status">
          {isPending ? strings.generate.loading : texts.found(found.length)}
        </VisuallyHidden>
        {isPending && <CatalogSkeleton />}
        {isError && (
          <Stack align="flex-start" gap="xs">
            <Text>{texts.failed}</Text>
            <Button variant="default" onClick={() => void refetch()}>
              {strings.common.tryAgain}
            </Button>
          </Stack>
        )}
        {all !== undefined && reports.length === 0 && <Text>{texts.empty}</Text>}
        {reports.length > 0 && found.length === 0 && (
          <Stack align="flex-start" gap="xs">
            <Text>{texts.nothingFound(search.trim())}</Text>
            <Button variant="default" onClick={() => setSearch('')}>
              {texts.clearSearch}
            </Button>
          </Stack>
        )}
        {groupReports(found).map((group) => (
          <ReportCards key={group.name} group={group} onChoose={choose} />
        ))}
      </div>
    </StepFrame>
  );
}

const cards = [0, 1, 2, 3, 4, 5];

function CatalogSkeleton() {
  return (
    <div className={classes.cards}>
      {cards.map((card) => (
        <Skeleton key={card} h={84} />
      ))}
    </div>
  );
}
