import { Button, Checkbox, Select, Stack } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { Compression, Dialect } from '../../../../core/domain/report.ts';
import { strings } from '../../strings/strings.ts';
import { dropdownProps } from '../fields/dropdown-props.ts';
import { controlId } from './control-id.ts';
import { type FormValues, optionsThatMatter } from './form-values.ts';
import { localeOptions, timeZoneOptions } from './intl-options.ts';
import { hiddenControls } from './placed-issues.ts';
import type { FormChange } from './use-form-values.ts';

export interface MoreOptionsProps {
  readonly values: FormValues;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (change: FormChange) => void;
}

/** How values are written, for those who need it otherwise. */
export function MoreOptions({ values, errors, onChange }: MoreOptionsProps) {
  const [isAsked, setAsked] = useState(false);
  const regionId = useId();
  // What needs correcting must be seen.
  const isOpen = isAsked || hiddenControls.some((control) => errors.has(control));
  const texts = strings.generate;
  const { hasCompression, hasDialect, hasLocale } = optionsThatMatter(values);
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
        {texts.form.moreOptions}
      </Button>
      <div id={regionId}>
        {isOpen && (
          <Stack gap="md" pt="sm">
            <Select
              {...dropdownProps}
              id={controlId('/timeZone')}
              label={texts.form.timeZone}
              description={texts.form.timeZoneHelp}
              searchable
              allowDeselect={false}
              limit={100}
              nothingFoundMessage={texts.fields.noChoices}
              data={timeZoneOptions(values.timeZone)}
              value={values.timeZone}
              error={errors.get('/timeZone')}
              onChange={(timeZone) => timeZone !== null && onChange({ timeZone })}
            />
            {hasDialect && (
              <Select
                {...dropdownProps}
                id={controlId('/dialect')}
                label={texts.form.dialect}
                allowDeselect={false}
                data={optionsOf(texts.dialects)}
                value={values.dialect}
                error={errors.get('/dialect')}
                onChange={(dialect) => dialect !== null && onChange({ dialect: dialect as Dialect })}
              />
            )}
            {hasLocale && (
              <Select
                {...dropdownProps}
                id={controlId('/locale')}
                label={texts.form.locale}
                description={texts.form.localeHelp}
                searchable
                allowDeselect={false}
                nothingFoundMessage={texts.fields.noChoices}
                data={localeOptions(values.locale)}
                value={values.locale}
                error={errors.get('/locale')}
                onChange={(locale) => locale !== null && onChange({ locale })}
              />
            )}
            {hasDialect && (
              <Checkbox
                id={controlId('/neutralizeFormulas')}
                label={texts.form.neutralize}
                description={texts.form.neutralizeHelp}
                checked={values.neutralizeFormulas}
                error={errors.get('/neutralizeFormulas')}
                onChange={(event) => onChange({ neutralizeFormulas: event.currentTarget.checked })}
              />
            )}
            {hasCompression && (
              <Select
                {...dropdownProps}
                id={controlId('/compression')}
                label={texts.form.compression}
                allowDeselect={false}
                data={optionsOf(texts.compressions)}
                value={values.compression}
                error={errors.get('/compression')}
                onChange={(compression) =>
                  compression !== null && onChange({ compression: compression as Compression })
                }
              />
            )}
          </Stack>
        )}
      </div>
    </div>
  );
}

function optionsOf(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
