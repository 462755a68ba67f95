import { readFileSync } from 'node:fs';
import { mistakesIn } from '../core/domain/check-report.ts';
import { buildBundles } from '../lib/bundles.ts';
import { buildWebApp } from '../lib/web-site/web-app.ts';
import { catalog } from '../reports/index.ts';

/**
 * Checks the catalog and builds what the constructs deploy: the workloads and the report center, in four seconds.
 * @param bundleDirectory where to @default `.build`, where the constructs look
 * @throws Error naming every mistake in a report, or when something does not compile
 */
export async function buildWaybill(bundleDirectory?: string): Promise<void> {
  assertCatalogIsRight();
  await buildBundles(bundleDirectory);
  await buildWebApp(bundleDirectory);
}

/** @throws Error naming every mistake in a report */
export function assertCatalogIsRight(): void {
  const mistakes = catalog.reports.flatMap((report) =>
    mistakesIn(report, readFileSync(new URL(`../reports/${report.id}.ts`, import.meta.url), 'utf8')),
  );
  if (mistakes.length > 0) throw new Error(`There are mistakes in reports:\n${mistakes.join('\n')}`);
}
