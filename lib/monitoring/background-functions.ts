import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { MonitoredParts } from './monitored-parts.ts';

/** What runs by the minute and on events, so that nobody waits for its answer and sees it fail. */
export function backgroundHandlers({ sweeper, reconciler, mailRecorder, webhooks }: MonitoredParts): IFunction[] {
  return [
    sweeper.sweepExports.handler,
    reconciler.reconcileExecution.handler,
    mailRecorder.recordMailEvent.handler,
    webhooks.deliverWebhooks.handler,
  ];
}

/** What the state machine calls, and tries again by itself. */
export function stepFunctions({ handlers }: MonitoredParts): IFunction[] {
  return [
    handlers.enqueueExport.handler,
    handlers.measureExport.handler,
    handlers.awaitRanges.handler,
    handlers.runSmallExport.handler,
    handlers.recordOutcome.handler,
    handlers.announceExport.handler,
  ];
}
