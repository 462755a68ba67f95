import type { Condition } from './conditions.ts';

/** What an update does to an item's attributes. In `set`, undefined removes the attribute. */
export interface Update {
  readonly set?: Readonly<Record<string, unknown>>;
  /** Members to add to a set of strings, or what to add to a number; what is missing begins empty, or as 0. */
  readonly add?: Readonly<Record<string, ReadonlySet<string> | number>>;
  /** Members to take out of a set of strings; what is not there is no error. */
  readonly delete?: Readonly<Record<string, ReadonlySet<string>>>;
}

/** The expression, names and values of an update, with the condition's among them. */
export function updateExpression(update: Update, condition?: Condition) {
  const names: Record<string, string> = { ...condition?.names };
  const values: Record<string, unknown> = { ...condition?.values };
  const clauses = { SET: [] as string[], REMOVE: [] as string[], ADD: [] as string[], DELETE: [] as string[] };
  // Every name goes through a placeholder: `status`, `token` and others are reserved words.
  const put = (attribute: string, value: unknown) => {
    names[`#${attribute}`] = attribute;
    if (value !== undefined) values[`:to_${attribute}`] = value;
  };
  for (const [attribute, value] of Object.entries(update.set ?? {})) {
    put(attribute, value);
    if (value === undefined) clauses.REMOVE.push(`#${attribute}`);
    else clauses.SET.push(`#${attribute} = :to_${attribute}`);
  }
  for (const [attribute, members] of Object.entries(update.add ?? {})) {
    put(attribute, members);
    clauses.ADD.push(`#${attribute} :to_${attribute}`);
  }
  for (const [attribute, members] of Object.entries(update.delete ?? {})) {
    put(attribute, members);
    clauses.DELETE.push(`#${attribute} :to_${attribute}`);
  }
  const written = Object.entries(clauses).filter(([, terms]) => terms.length > 0);
  return {
    UpdateExpression: written.map(([clause, terms]) => `${clause} ${terms.join(', ')}`).join(' '),
    ...conditionExpression(condition, names, values),
  };
}

/** The parameters of a condition; DynamoDB refuses empty maps, so they are left out. */
export function conditionExpression(
  condition: Condition | undefined,
  names: Readonly<Record<string, string>> = condition?.names ?? {},
  values: Readonly<Record<string, unknown>> = condition?.values ?? {},
) {
  return {
    ...(condition ? { ConditionExpression: condition.expression } : {}),
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: { ...names } } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: { ...values } } : {}),
  };
}
