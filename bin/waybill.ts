import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { mistakesIn } from '../core/domain/check-report.ts';
import { buildBundles, defaultBundleDirectory } from '../lib/bundles.ts';
import { addChecks } from '../lib/checks.ts';
import { readStage } from '../lib/config.ts';
import { WaybillStack } from '../lib/waybill-stack.ts';
import { buildWebApp } from '../lib/web-site/web-app.ts';
import { catalog } from '../reports/index.ts';

const mistakes = catalog.reports.flatMap((report) =>
  mistakesIn(report, readFileSync(new URL(`../reports/${report.id}.ts`, import.meta.url), 'utf8')),
);
if (mistakes.length > 0) throw new Error(`There are mistakes in reports:\n${mistakes.join('\n')}`);

const app = new App();
const { stage, config } = readStage(app.node);
await buildBundles();
await buildWebApp();
new WaybillStack(app, `Waybill-${stage}`, { stage, config, bundleDirectory: defaultBundleDirectory });
addChecks(app);
app.synth();
