import { flatten, type Json } from '../synthesize.ts';
import { allOf, anyOf, functionIn, type Guarantee, type Synthesized } from './guarantee.ts';

const HTTPS_PORT = '443';

/** One rule of a security group, whether it is written in the group or beside it. */
interface PortRule {
  readonly id: string;
  readonly ports: string;
  readonly protocol: string;
  /** The other side: a group, or `anywhere`. */
  readonly peer: string;
}

function ruleOf(id: string, rule: Json): PortRule {
  const peer = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  const [from, to] = [rule.FromPort, rule.ToPort].map((port) => flatten(port ?? 'any'));
  return {
    id,
    ports: from === to ? String(from) : `${from}-${to}`,
    protocol: rule.IpProtocol,
    peer: peer === undefined ? 'anywhere' : flatten(peer),
  };
}

/** The group of all workloads in the network. */
function workloadsOf(stack: Synthesized): string {
  return flatten(functionIn(stack, 'measure-export').Properties.VpcConfig.SecurityGroupIds[0]);
}

function databasePort(stack: Synthesized): string {
  const { database } = stack.config;
  if (database.kind === 'existing') return String(database.port);
  const [cluster] = allOf(stack, 'AWS::RDS::DBCluster')[0] ?? [];
  return `<${cluster}.Endpoint.Port>`;
}

function rules(stack: Synthesized, kind: 'Ingress' | 'Egress', group?: string): PortRule[] {
  const inside = allOf(stack, 'AWS::EC2::SecurityGroup')
    .filter(([id]) => group === undefined || group === `<${id}.GroupId>`)
    .flatMap(([id, { Properties }]) =>
      (Properties[`SecurityGroup${kind}`] ?? []).map((rule: Json) => ruleOf(id, rule)),
    );
  const beside = Object.entries(stack.resources)
    .filter(([, { Type }]) => Type === `AWS::EC2::SecurityGroup${kind}`)
    .filter(([, { Properties }]) => group === undefined || group === flatten(Properties.GroupId))
    .map(([id, { Properties }]) => ruleOf(id, Properties));
  return [...inside, ...beside];
}

function openings(stack: Synthesized): string[] {
  const [workloads, port] = [workloadsOf(stack), databasePort(stack)];
  const describe = ({ id, ports, protocol, peer }: PortRule) => `${id}: ${protocol} ${ports} with ${peer}`;
  const isKnown = ({ protocol, ports, peer }: PortRule) =>
    protocol === 'tcp' && (ports === HTTPS_PORT || (ports === port && peer !== 'anywhere'));
  const incoming = rules(stack, 'Ingress');
  const outgoing = rules(stack, 'Egress', workloads);
  const toDatabase = incoming.filter(({ ports }) => ports === port);
  return [
    ...(toDatabase.length === 1 && outgoing.length > 0 ? [] : ['workloads do not reach the database by one rule']),
    ...incoming.filter((rule) => !isKnown(rule) || rule.peer !== workloads).map(describe),
    ...outgoing.filter((rule) => !isKnown(rule)).map(describe),
  ];
}

const ingress = (stack: Synthesized) => anyOf(stack, 'AWS::EC2::SecurityGroupIngress', 'Database').Properties;
const workloadsGroup = (stack: Synthesized) => anyOf(stack, 'AWS::EC2::SecurityGroup', 'NetworkWorkloads').Properties;

export const networkGuarantees: Guarantee[] = [
  {
    name: 'opens the database’s port to workloads, and workloads to nothing but it and HTTPS',
    violations: openings,
    twins: {
      'the database is open to a network': (stack) => {
        const rule = ingress(stack);
        delete rule.SourceSecurityGroupId;
        rule.CidrIp = '10.0.0.0/8';
      },
      'the database is open to another group': (stack) => {
        ingress(stack).SourceSecurityGroupId = 'sg-other';
      },
      'all ports of the database are open': (stack) => {
        Object.assign(ingress(stack), { FromPort: 0, ToPort: 65_535 });
      },
      'workloads go anywhere': (stack) => {
        workloadsGroup(stack).SecurityGroupEgress = [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }];
      },
      'workloads go to databases anywhere': (stack) => {
        const { FromPort, ToPort } = ingress(stack);
        workloadsGroup(stack).SecurityGroupEgress.push({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort, ToPort });
      },
      'somebody gets into the workloads': (stack) => {
        const rule = { CidrIp: '10.0.0.0/8', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
        workloadsGroup(stack).SecurityGroupIngress = [rule];
      },
    },
  },
];
