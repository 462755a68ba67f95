import type { LocalCloud } from '../../local/cloud.ts';

/** Starts the tasks of a run with more variables than the template gives them; those after it are as before. */
export async function withTaskEnvironment<T>(
  { plan }: Pick<LocalCloud, 'plan'>,
  environment: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const containers = plan.taskDefinitions.flatMap((definition) => definition.containers);
  // The plan is read anew for each task.
  const before = containers.map((container) => ({ container, own: { ...container.environment } }));
  for (const { container } of before) Object.assign(container.environment, environment);
  try {
    return await work();
  } finally {
    for (const { container, own } of before) {
      const variables = container.environment as Record<string, string>;
      for (const name of Object.keys(environment)) delete variables[name];
      Object.assign(variables, own);
    }
  }
}
