import { useState } from 'react';
import type { FilterValues } from '../schema/filter-values.ts';
import { isWithin, pointerTo } from '../schema/json-pointer.ts';
import type { FormValues } from './form-values.ts';
import type { Issue } from './placed-issues.ts';

/** What a person may change besides filters. */
export type FormChange = Partial<Omit<FormValues, 'filters'>>;

/** What has been typed, and what the API said of it as long as that has not been changed. */
export function useFormValues(initial: FormValues, onChange: (values: FormValues) => void) {
  const [values, setValues] = useState(initial);
  const [refusals, setRefusals] = useState<readonly Issue[]>([]);

  const put = (next: FormValues, places: readonly string[]) => {
    setValues(next);
    setRefusals((issues) => issues.filter(({ pointer }) => !places.some((place) => isWithin(pointer, place))));
    onChange(next);
  };
  return {
    values,
    refusals,
    setRefusals,
    change: (change: FormChange) =>
      put(
        { ...values, ...change },
        Object.keys(change).map((name) => pointerTo(name)),
      ),
    changeFilters: (change: FilterValues) =>
      put(
        { ...values, filters: { ...values.filters, ...change } },
        Object.keys(change).map((name) => pointerTo('filters', name)),
      ),
  };
}
