/** The module that gathers the catalog; every other file of `reports/` is one report. */
const CATALOG_MODULE = 'index.ts';

/** The report files among the names in `reports/`, in the order of their names. */
export function reportFilesIn(names: readonly string[]): readonly string[] {
  return names.filter((name) => /^[a-z][a-z0-9-]*\.ts$/.test(name) && name !== CATALOG_MODULE).sort();
}
