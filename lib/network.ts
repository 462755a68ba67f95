import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { DeploymentLogGroup } from './deployment-log-group.ts';

/**
 * What workloads in the isolated subnets call, besides the database, S3 and DynamoDB: the worker's image, its logs, the
 * database's secret, and for creating exports the executions that are started and the switch that pauses them. An endpoint
 * costs by the hour and zone; one is added when a workload needs it.
 */
const interfaceEndpoints = {
  ImageApi: ec2.InterfaceVpcEndpointAwsService.ECR,
  ImageLayers: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Secrets: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Executions: ec2.InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
  Flags: ec2.InterfaceVpcEndpointAwsService.SSM,
};

export interface NetworkProps {
  readonly deployment: Deployment;
}

/**
 * Where the workloads that read the database run: subnets without a way to the internet. An existing VPC is used as it
 * is and must offer the same endpoints, or a route to the services.
 */
export class Network extends Construct {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection;
  /** Of every workload in the VPC; it may call AWS services, and the database lets it in. */
  readonly workloads: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, { deployment }: NetworkProps) {
    super(scope, id);
    const { database } = deployment.config;
    const [vpc, subnets] =
      database.kind === 'existing'
        ? [database.vpc, database.subnets ?? {}]
        : [this.createVpc(deployment), { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }];
    this.vpc = vpc;
    this.subnets = subnets;
    this.workloads = new ec2.SecurityGroup(this, 'Workloads', {
      vpc: this.vpc,
      description: 'Waybill workloads that read the database',
      allowAllOutbound: false,
    });
    this.workloads.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'AWS services, through the endpoints');
    if (database.kind === 'sample') this.addInterfaceEndpoints();
  }

  private createVpc(deployment: Deployment): ec2.IVpc {
    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      gatewayEndpoints: {
        Files: { service: ec2.GatewayVpcEndpointAwsService.S3 },
        Table: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
      },
      // Emptying the default group takes a custom resource; nothing is ever put into that group.
      restrictDefaultSecurityGroup: false,
    });
    const logGroup = new DeploymentLogGroup(this, 'FlowLogs', { deployment });
    vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup) });
    // The class and its interface disagree on what is optional under exactOptionalPropertyTypes.
    return vpc as ec2.IVpc;
  }

  private addInterfaceEndpoints(): void {
    for (const [id, service] of Object.entries(interfaceEndpoints)) {
      const endpoint = new ec2.InterfaceVpcEndpoint(this, id, {
        vpc: this.vpc,
        subnets: this.subnets,
        service,
        open: false,
      });
      endpoint.connections.allowDefaultPortFrom(this.workloads, 'Waybill workloads');
    }
  }
}
