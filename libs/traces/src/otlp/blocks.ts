import { compact, listOf, numberOf, textOf, type JsonObject } from '../json.ts';
import type { SpanKind } from '../span.ts';
import type { Attributes } from './attributes.ts';

/** X-Ray's `http` block from the HTTP conventions, stable names before old ones; undefined for a span that is no HTTP call. */
export function httpBlock(attributes: Attributes): { request?: JsonObject; response?: JsonObject } | undefined {
  const method = textOf(attributes['http.request.method']) ?? textOf(attributes['http.method']);
  const request = compact({
    method,
    url: method ? urlOf(attributes) : undefined,
    user_agent: textOf(attributes['user_agent.original']) ?? textOf(attributes['http.user_agent']),
    client_ip: textOf(attributes['client.address']) ?? textOf(attributes['http.client_ip']),
  });
  const response = compact({
    status: numberOf(attributes['http.response.status_code']) ?? numberOf(attributes['http.status_code']),
    content_length: numberOf(attributes['http.response.body.size']),
  });
  return compact({ request, response });
}

function urlOf(attributes: Attributes): string | undefined {
  const full = textOf(attributes['url.full']) ?? textOf(attributes['http.url']);
  if (full) return full;
  const path = textOf(attributes['url.path']) ?? textOf(attributes['http.target']);
  const host = textOf(attributes['server.address']) ?? textOf(attributes['http.host']);
  if (!path || !host) return path;
  const scheme = textOf(attributes['url.scheme']) ?? textOf(attributes['http.scheme']) ?? 'http';
  const port = numberOf(attributes['server.port']);
  const usual = port === undefined || port === (scheme === 'https' ? 443 : 80);
  const query = textOf(attributes['url.query']);
  return `${scheme}://${host}${usual ? '' : `:${port}`}${path}${query ? `?${query.replace(/^\?/, '')}` : ''}`;
}

/** X-Ray's `sql` block; undefined for a span that is no SQL query. */
export function sqlBlock(attributes: Attributes): JsonObject | undefined {
  const system = textOf(attributes['db.system.name']) ?? textOf(attributes['db.system']);
  if (!system) return undefined;
  const host = textOf(attributes['server.address']);
  const port = numberOf(attributes['server.port']);
  const name = textOf(attributes['db.namespace']) ?? textOf(attributes['db.name']);
  return compact({
    database_type: system,
    sanitized_query: textOf(attributes['db.query.text']) ?? textOf(attributes['db.statement']),
    url: host ? `${system}://${host}${port ? `:${port}` : ''}${name ? `/${name}` : ''}` : name,
    user: textOf(attributes['db.user']),
  });
}

/** True for a call to an AWS API, or to a queue of SQS. */
export function isAws(attributes: Attributes): boolean {
  return attributes['rpc.system'] === 'aws-api' || attributes['messaging.system'] === 'aws_sqs';
}

/** X-Ray's `aws` block of a subsegment. */
export function awsBlock(attributes: Attributes, kind: SpanKind): JsonObject {
  const tables = listOf(attributes['aws.dynamodb.table_names']);
  const onQueue = attributes['messaging.system'] === 'aws_sqs';
  const queueUrl =
    textOf(attributes['aws.sqs.queue.url']) ??
    textOf(attributes['aws.queue_url']) ??
    textOf(attributes['messaging.url']) ??
    (onQueue ? textOf(attributes['url.full']) : undefined);
  return (
    compact({
      operation:
        textOf(attributes['aws.operation']) ??
        textOf(attributes['rpc.method']) ??
        (onQueue && kind === 'producer' ? 'SendMessage' : undefined),
      bucket_name: textOf(attributes['aws.s3.bucket']),
      function_name: textOf(attributes['faas.invoked_name']),
      topic_arn: textOf(attributes['aws.sns.topic.arn']),
      table_name: textOf(attributes['aws.table_name']) ?? textOf(tables[0]),
      table_names: tables.length > 1 ? tables : undefined,
      queue_url: queueUrl,
      region: textOf(attributes['cloud.region']) ?? textOf(attributes['aws.region']),
      request_id:
        textOf(attributes['aws.request_id']) ??
        textOf(attributes['aws.request.id']) ??
        textOf(attributes['aws.requestId']),
    }) ?? {}
  );
}

/** What a resource tells about where a segment ran and where its logs are. */
export function segmentAws(resource: Attributes): JsonObject {
  const names = resource['aws.log.group.names'];
  const groups = Array.isArray(names) ? names : (textOf(names)?.split('&') ?? []);
  const availability_zone = textOf(resource['cloud.availability_zone']);
  const ec2 = { instance_id: textOf(resource['host.id']), availability_zone };
  const ecs = {
    container: textOf(resource['container.name']),
    container_id: textOf(resource['container.id']),
    container_arn: textOf(resource['aws.ecs.container.arn']),
    cluster_arn: textOf(resource['aws.ecs.cluster.arn']),
    task_arn: textOf(resource['aws.ecs.task.arn']),
    availability_zone,
  };
  const eks = {
    cluster_name: textOf(resource['k8s.cluster.name']),
    pod: textOf(resource['k8s.pod.name']),
    container_id: textOf(resource['container.id']),
  };
  const platform = platformOf(resource);
  return (
    compact({
      account_id: textOf(resource['cloud.account.id']),
      ec2: platform === 'aws_ec2' ? compact(ec2) : undefined,
      ecs: platform === 'aws_ecs' ? compact(ecs) : undefined,
      eks: platform === 'aws_eks' ? compact(eks) : undefined,
      cloudwatch_logs: groups.length > 0 ? groups.map((log_group) => ({ log_group })) : undefined,
    }) ?? {}
  );
}

const ORIGINS: Readonly<Record<string, string>> = {
  aws_ec2: 'AWS::EC2::Instance',
  aws_ecs: 'AWS::ECS::Container',
  aws_eks: 'AWS::EKS::Container',
  aws_elastic_beanstalk: 'AWS::ElasticBeanstalk::Environment',
  aws_app_runner: 'AWS::AppRunner::Service',
};
const ECS_ORIGINS: Readonly<Record<string, string>> = { ec2: 'AWS::ECS::EC2', fargate: 'AWS::ECS::Fargate' };

/** X-Ray's `origin` from the platform that a resource ran on; undefined outside of AWS. */
export function originOf(resource: Attributes): string | undefined {
  const platform = platformOf(resource);
  const launch = platform === 'aws_ecs' ? textOf(resource['aws.ecs.launchtype'])?.toLowerCase() : undefined;
  return (launch && ECS_ORIGINS[launch]) ?? (platform && ORIGINS[platform]);
}

/** `cloud.platform`, in its old or new spelling ("aws_ec2", "aws.ec2"). */
const platformOf = (resource: Attributes) => textOf(resource['cloud.platform'])?.replace('.', '_');
