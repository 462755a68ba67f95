import * as z from 'zod';
import { boolean, integer, text } from '../template/properties.ts';
import type { MetricQueryText } from './metric-query.ts';

/** Dimensions as AWS writes them, as names with their values. */
export const dimensions = z
  .array(z.strictObject({ Name: text, Value: text }))
  .default([])
  .transform((all) => Object.fromEntries(all.map(({ Name, Value }) => [Name, Value])));

/**
 * A metric or an expression, as alarms and calls have it alike; the period of an expression is that of its metrics.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
 */
export const metricDataQuery = z
  .strictObject({
    Id: text.regex(/^[a-z][a-zA-Z0-9_]*$/),
    Expression: text.optional(),
    Label: text.optional(),
    MetricStat: z
      .strictObject({
        Metric: z.strictObject({ Namespace: text, MetricName: text, Dimensions: dimensions }),
        Period: integer,
        Stat: text,
      })
      .optional(),
    Period: integer.optional(),
    ReturnData: boolean.default(true),
  })
  .transform(
    ({ Id: id, Label: label, Expression: expression, MetricStat: stat, ReturnData: returnData }): MetricQueryText => ({
      ...{ id, label, returnData, expression },
      metricStat: stat && {
        metric: { namespace: stat.Metric.Namespace, name: stat.Metric.MetricName, dimensions: stat.Metric.Dimensions },
        stat: stat.Stat,
        periodSeconds: stat.Period,
      },
    }),
  );
