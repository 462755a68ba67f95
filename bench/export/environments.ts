import type { LocalCloud } from '../../local/cloud.ts';

/** Starts the tasks of a run with more variables than the template gives them; those after it are as before. */
export function withTaskEnvironment<T>(
  { plan }: Pick<LocalCloud, 'plan'>,
  environment: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const containers = plan.taskDefinitions.flatMap((definition) => definition.containers);
  return withVariables(containers, environment, work);
}

/** A number of rows that nothing here reaches, and the largest that functions take. */
export const OUT_OF_REACH = 999_999_999;

/** As the stage's `partitionAboveRows` for as long as the work takes: above so many rows several tasks make a csv. */
export async function withPartitionsAbove<T>(
  { plan, functions }: Pick<LocalCloud, 'plan' | 'functions'>,
  rows: number,
  work: () => Promise<T>,
): Promise<T> {
  const measuring = plan.functions.filter(({ environment }) => environment.DATABASE_SECRET_ARN !== undefined);
  // Those that are warm have begun with other variables.
  const endAll = () => Promise.all(measuring.map(({ name }) => functions.kill(name)));
  try {
    return await withVariables(measuring, { PARTITION_ABOVE_ROWS: String(rows) }, async () => {
      await endAll();
      return work();
    });
  } finally {
    await endAll();
  }
}

/** The plan is read anew for each task, and for each function that starts. */
async function withVariables<T>(
  places: readonly { readonly environment: Readonly<Record<string, string>> }[],
  environment: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = places.map((place) => ({ place, own: { ...place.environment } }));
  for (const { place } of before) Object.assign(place.environment, environment);
  try {
    return await work();
  } finally {
    for (const { place, own } of before) {
      const variables = place.environment as Record<string, string>;
      for (const name of Object.keys(environment)) delete variables[name];
      Object.assign(variables, own);
    }
  }
}
