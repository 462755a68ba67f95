import { Button, Checkbox, Select, type SelectProps, Stack } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { ReportView } from '../../../../core/contract/report-schemas.ts';
import { strings } from '../../strings/strings.ts';
import { dropdownProps } from '../fields/dropdown-props.ts';
import { controlId } from './control-id.ts';
import { type FormValues, isUsuallyPartFiles, optionsThatMatter } from './form-values.ts';
import { localeOptions, timeZoneOptions } from './intl-options.ts';
import { hiddenControls } from './placed-issues.ts';
import type { FormChange } from './use-form-values.ts';

export interface MoreOptionsProps {
  readonly report: Pick<ReportView, 'partFiles'>;
  readonly values: FormValues;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (change: FormChange) => void;
}

/** How values are written, for those who need it otherwise. */
export function MoreOptions(props: MoreOptionsProps) {
  const { report, values, errors, onChange } = props;
  const [isAsked, setAsked] = useState(false);
  const regionId = useId();
  // What needs correcting must be seen.
  const isOpen = isAsked || hiddenControls.some((control) => errors.has(control));
  const texts = strings.generate.form;
  const { hasCompression, hasPartFiles, hasDialect, hasLocale } = optionsThatMatter(values);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Chevron size={16} aria-hidden />}
        aria-expanded={isOpen}
        aria-controls={regionId}
        onClick={() => setAsked(!isOpen)}
      >
        {texts.moreOptions}
      </Button>
      <div id={regionId}>
        {isOpen && (
          <Stack gap="md" pt="sm">
            <Choice
              {...props}
              option="timeZone"
              description={texts.timeZoneHelp}
              searchable
              limit={100}
              data={timeZoneOptions(values.timeZone)}
            />
            {hasDialect && <Choice {...props} option="dialect" data={optionsOf(strings.generate.dialects)} />}
            {hasLocale && (
              <Choice
                {...props}
                option="locale"
                description={texts.localeHelp}
                searchable
                data={localeOptions(values.locale)}
              />
            )}
            {hasDialect && (
              <Checkbox
                id={controlId('/neutralizeFormulas')}
                label={texts.neutralize}
                description={texts.neutralizeHelp}
                checked={values.neutralizeFormulas}
                error={errors.get('/neutralizeFormulas')}
                onChange={(event) => onChange({ neutralizeFormulas: event.currentTarget.checked })}
              />
            )}
            {hasCompression && (
              <Choice {...props} option="compression" data={optionsOf(strings.generate.compressions)} />
            )}
            {hasPartFiles && report.partFiles && (
              <Checkbox
                label={texts.partFiles}
                description={texts.partFilesHelp}
                checked={values.partFiles ?? isUsuallyPartFiles(values.format)}
                onChange={(event) => onChange({ partFiles: event.currentTarget.checked })}
              />
            )}
          </Stack>
        )}
      </div>
    </div>
  );
}

interface ChoiceProps extends MoreOptionsProps, Pick<SelectProps, 'data' | 'description' | 'limit' | 'searchable'> {
  readonly option: 'timeZone' | 'dialect' | 'locale' | 'compression';
}

/** An option that has one of several values. */
function Choice({ option, report: _, values, errors, onChange, ...props }: ChoiceProps) {
  return (
    <Select
      {...dropdownProps}
      {...props}
      id={controlId(`/${option}`)}
      label={strings.generate.form[option]}
      allowDeselect={false}
      nothingFoundMessage={strings.generate.fields.noChoices}
      value={values[option]}
      error={errors.get(`/${option}`)}
      onChange={(value) => value !== null && onChange({ [option]: value })}
    />
  );
}

function optionsOf(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
