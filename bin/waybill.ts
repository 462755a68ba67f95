import { App } from 'aws-cdk-lib';
import { buildBundles, defaultBundleDirectory } from '../lib/bundles.ts';
import { addChecks } from '../lib/checks.ts';
import { readStage } from '../lib/config.ts';
import { WaybillStack } from '../lib/waybill-stack.ts';

const app = new App();
const { stage, config } = readStage(app.node);
buildBundles();
new WaybillStack(app, `Waybill-${stage}`, { stage, config, bundleDirectory: defaultBundleDirectory });
addChecks(app);
app.synth();
