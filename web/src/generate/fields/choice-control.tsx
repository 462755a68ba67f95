import { type ComboboxItem, Loader, MultiSelect, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconLock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { rememberChoice, useChoiceLabels, useChoices } from '../../api/reports.ts';
import { strings } from '../../strings/strings.ts';
import type { ChoiceField } from '../schema/filter-field.ts';
import type { ControlProps } from './control-props.ts';
import { dropdownProps } from './dropdown-props.ts';
import { useFieldSurroundings } from './field-context.ts';
import { useControl } from './use-control.ts';

const SEARCH_DELAY_MS = 250;

/** One or several of the account's own things, found by the server. */
export function ChoiceControl({ field, values, path, onChange }: ControlProps<ChoiceField>) {
  const { reportId, scope, isScopeFixed } = useFieldSurroundings();
  const queries = useQueryClient();
  const texts = strings.generate.fields;
  const given = values[field.name];
  const chosen = Array.isArray(given) ? given.map(String) : given ? [String(given)] : [];
  const labels = useChoiceLabels(reportId, field.name, chosen);
  const options = useOptions(field, chosen, labels);

  const choose = (next: readonly string[]) => {
    for (const choice of options.found)
      if (next.includes(choice.value)) rememberChoice(queries, reportId, field.name, choice);
    onChange({ [field.name]: field.isSeveral ? next : (next[0] ?? '') });
  };
  const isFixed = isScopeFixed && field.name === scope;
  const common = {
    ...dropdownProps,
    ...useControl(field, path),
    searchable: true,
    readOnly: isFixed,
    filter: keepAll,
    data: options.data,
    nothingFoundMessage: options.nothingFound,
    onSearchChange: options.setSearch,
    onDropdownOpen: () => options.setOpen(true),
    onDropdownClose: () => options.setOpen(false),
    rightSection: isFixed ? <IconLock size={16} aria-hidden /> : options.isLoading ? <Loader size="xs" /> : undefined,
    clearButtonProps: { 'aria-label': texts.clear(field.title) },
  };
  if (!field.isSeveral) {
    return (
      <Select
        {...common}
        placeholder={field.isRequired ? texts.searchToChoose : texts.any}
        allowDeselect={!field.isRequired}
        clearable={!field.isRequired}
        value={chosen[0] ?? null}
        onChange={(value) => choose(value === null ? [] : [value])}
      />
    );
  }
  return (
    <MultiSelect
      {...common}
      placeholder={chosen.length > 0 ? undefined : field.isRequired ? texts.searchToChoose : texts.any}
      clearable
      {...(field.maxItems !== undefined && { maxValues: field.maxItems })}
      value={chosen}
      onChange={choose}
    />
  );
}

/** The server has searched already. */
function keepAll({ options }: { options: ComboboxItem[] | readonly unknown[] }) {
  return options as ComboboxItem[];
}

/** What can be chosen now: what the server found, and what is chosen already. */
function useOptions(field: ChoiceField, chosen: readonly string[], labels: ReadonlyMap<string, string>) {
  const { reportId, choiceFilters } = useFieldSurroundings();
  const { [field.name]: _, ...filters } = choiceFilters;
  const texts = strings.generate.fields;
  const [isOpen, setOpen] = useState(false);
  const [typed, setSearch] = useState('');
  // The text of a Select is the label of what is chosen: nothing has been typed then.
  const [search] = useDebouncedValue([...labels.values()].includes(typed) ? '' : typed, SEARCH_DELAY_MS);
  const { data, isFetching, isError } = useChoices({ reportId, filter: field.name, search, filters }, isOpen);

  const found = data?.data ?? [];
  const others = chosen.filter((value) => !found.some((choice) => choice.value === value));
  const hint = { value: '', label: texts.moreChoices, disabled: true };
  return {
    found,
    data: [
      ...found,
      // While a list is searched, only what was found is of interest; what is chosen keeps its label all the same.
      ...others.map((value) => ({ value, label: labels.get(value) ?? value })),
      ...(data?.hasMore ? [hint] : []),
    ],
    nothingFound: isError ? texts.choicesFailed : isFetching ? texts.loadingChoices : texts.noChoices,
    isLoading: isFetching,
    setOpen,
    setSearch,
  };
}
