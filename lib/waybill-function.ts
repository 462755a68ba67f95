import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { EnvironmentOf, Workload } from '../core/contract/env.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { bundleOf } from './bundles.ts';
import type { Deployment } from './deployment.ts';
import { DeploymentLogGroup } from './deployment-log-group.ts';
import type { Network } from './network.ts';

/** More memory is more CPU: with less, most of a cold start is waiting for the processor. */
const DEFAULT_MEMORY_MIB = 512;

/** Half of the 30 s after which the HTTP API gives up. */
const DEFAULT_TIMEOUT = Duration.seconds(15);

/**
 * Amazon's certificate authorities, which sign those of RDS: since Node.js 20 the runtime has them but does not load them.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html CA certificate loading
 */
const AMAZON_AUTHORITIES = '/var/runtime/ca-cert.pem';

/** What Lambda does with network interfaces to reach a VPC. */
const networkInterfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Exactly what a workload's schema asks for, but for what {@link WaybillFunction} sets by itself. */
export type FunctionEnvironment<Name extends Workload> = Omit<EnvironmentOf<Name>, 'STAGE' | 'NODE_EXTRA_CA_CERTS'>;

export interface WaybillFunctionProps<Name extends Workload> {
  readonly deployment: Deployment;
  /** The handler's file name. */
  readonly workload: Name;
  readonly environment: FunctionEnvironment<Name>;
  /** @default 15 seconds */
  readonly timeout?: Duration;
  /** @default 512 */
  readonly memoryMiB?: number;
  /**
   * For what is called again within a minute: an event that failed, or has waited that long, is not worth another try.
   * @default Lambda tries twice more, for up to six hours
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  readonly isCalledAgain?: boolean;
  /** For workloads that read the database. @default outside of any VPC */
  readonly network?: Network;
  /** At most so many instances, taken from the account's concurrency. @default none is reserved, and none refused */
  readonly reservedConcurrency?: number | undefined;
}

/** A Lambda function with its bundle, its log group and a role that can do nothing more until it is granted. */
export class WaybillFunction<Name extends Workload> extends Construct implements IGrantable {
  readonly handler: lambda.Function;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: WaybillFunctionProps<Name>) {
    super(scope, id);
    const { deployment, workload, network, reservedConcurrency } = props;
    const logGroup = new DeploymentLogGroup(this, 'Logs', { deployment });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    acknowledgeWildcard(role, ['*'], 'X-Ray and the network interfaces of Lambda have no narrower resources.');
    if (network) {
      Grant.addToPrincipal({ grantee: role, actions: networkInterfaceActions, resourceArns: ['*'] });
    }
    this.grantPrincipal = role;
    this.handler = new lambda.Function(this, 'Function', {
      description: `Waybill ${workload}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(bundleOf(workload, deployment.bundleDirectory)),
      handler: 'index.handler',
      environment: {
        STAGE: deployment.stage,
        ...(network && { NODE_EXTRA_CA_CERTS: AMAZON_AUTHORITIES }),
        ...props.environment,
      },
      timeout: props.timeout ?? DEFAULT_TIMEOUT,
      memorySize: props.memoryMiB ?? DEFAULT_MEMORY_MIB,
      tracing: lambda.Tracing.ACTIVE,
      role,
      logGroup,
      ...(props.isCalledAgain && { retryAttempts: 0, maxEventAge: Duration.minutes(1) }),
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      ...(network && { vpc: network.vpc, vpcSubnets: network.subnets, securityGroups: [network.workloads] }),
    });
  }
}
