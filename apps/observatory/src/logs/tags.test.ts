import assert from 'node:assert/strict';
import {
  CreateLogGroupCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagLogGroupCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { conforms } from '../testing/conformance.ts';
import { GROUP } from '../testing/log-lines.ts';
import { observe, type Observed } from '../testing/observe.ts';

const resourceArn = `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}`;
const missing = { name: 'ResourceNotFoundException' };

const withGroup = ({ logs }: Observed, tags: Record<string, string>) =>
  logs.send(new CreateLogGroupCommand({ logGroupName: GROUP, ...(Object.keys(tags).length > 0 && { tags }) }));

async function tagsOf({ logs }: Observed): Promise<Record<string, string> | undefined> {
  return (await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
}

conforms('TagResource', 'tags are added to those of the group, fifty at most', async (t) => {
  const observed = await observe(t);
  await withGroup(observed, { a: '1', b: '2' });
  await observed.logs.send(new TagResourceCommand({ resourceArn, tags: { b: '3', __proto: 'x' } }));
  assert.deepEqual(await tagsOf(observed), { a: '1', b: '3', __proto: 'x' });
  const many = Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`k${index}`, '']));
  await assert.rejects(observed.logs.send(new TagResourceCommand({ resourceArn, tags: many })), {
    name: 'TooManyTagsException',
  });
  const tag = (arn: string, tags: Record<string, string>) =>
    observed.logs.send(new TagResourceCommand({ resourceArn: arn, tags }));
  await assert.rejects(tag(`${resourceArn}x`, { a: '1' }), missing);
  await assert.rejects(tag('arn:aws:s3:::bucket', { a: '1' }), { name: 'InvalidParameterException' });
  await assert.rejects(tag(resourceArn, {}), { name: 'InvalidParameterException' });
});

conforms('UntagResource', 'the named tags go, names that are not there do not matter', async (t) => {
  const observed = await observe(t);
  await withGroup(observed, { a: '1', b: '2' });
  await observed.logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a', 'none'] }));
  assert.deepEqual(await tagsOf(observed), { b: '2' });
});

conforms('ListTagsForResource', 'a group without tags has none; a group that is not there is missing', async (t) => {
  const observed = await observe(t);
  await assert.rejects(tagsOf(observed), missing);
  await withGroup(observed, {});
  assert.deepEqual(await tagsOf(observed), {});
});

conforms('TagLogGroup', "by the group's name", async (t) => {
  const observed = await observe(t);
  await withGroup(observed, {});
  await observed.logs.send(new TagLogGroupCommand({ logGroupName: GROUP, tags: { a: '1' } }));
  assert.deepEqual(await tagsOf(observed), { a: '1' });
});

conforms('UntagLogGroup', "by the group's name", async (t) => {
  const observed = await observe(t);
  await withGroup(observed, { a: '1' });
  await observed.logs.send(new UntagLogGroupCommand({ logGroupName: GROUP, tags: ['a'] }));
  assert.deepEqual(await tagsOf(observed), {});
});

conforms('ListTagsLogGroup', "by the group's name", async (t) => {
  const observed = await observe(t);
  await withGroup(observed, { a: '1' });
  const { tags } = await observed.logs.send(new ListTagsLogGroupCommand({ logGroupName: GROUP }));
  assert.deepEqual(tags, { a: '1' });
  await assert.rejects(observed.logs.send(new ListTagsLogGroupCommand({ logGroupName: 'none' })), missing);
});
