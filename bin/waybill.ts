import { App } from 'aws-cdk-lib';
import { addChecks } from '../lib/checks.ts';
import { readStages } from '../lib/config/config.ts';
import { WaybillStack } from '../lib/waybill-stack.ts';
import { assertCatalogIsRight, buildWaybill } from './build.ts';

assertCatalogIsRight();
const app = new App();
const stages = readStages(app.node);
await buildWaybill();
for (const { stage, config } of stages) new WaybillStack(app, `Waybill-${stage}`, { stage, config });
addChecks(app);
app.synth();
