import assert from 'node:assert/strict';
import {
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  GetGroupsCommand,
  paginateGetGroups,
  UpdateGroupCommand,
  type CreateGroupCommandInput,
  type UpdateGroupCommandInput,
} from '@aws-sdk/client-xray';
import { conforms } from '../testing/conformance.ts';
import { observe, temporaryDirectory, type Observed } from '../testing/observe.ts';
import { refused } from '../testing/traces.ts';

const NO_INSIGHTS = { InsightsEnabled: false, NotificationsEnabled: false };
const create = async ({ xray }: Observed, input: Partial<CreateGroupCommandInput> = {}) =>
  (await xray.send(new CreateGroupCommand({ GroupName: 'slow', FilterExpression: 'duration > 2', ...input }))).Group;
const get = async ({ xray }: Observed, input: { GroupName?: string; GroupARN?: string | undefined }) =>
  (await xray.send(new GetGroupCommand(input))).Group;
const update = async ({ xray }: Observed, input: UpdateGroupCommandInput) =>
  (await xray.send(new UpdateGroupCommand(input))).Group;
const names = async ({ xray }: Observed) =>
  (await xray.send(new GetGroupsCommand({}))).Groups?.map(({ GroupName }) => GroupName);

conforms('CreateGroup', 'makes a group that outlives a restart', async (t) => {
  const stateDirectory = temporaryDirectory(t);
  const first = await observe(t, { stateDirectory, identity: { account: '123456789012', region: 'eu-west-1' } });
  const group = await create(first);
  assert.match(group?.GroupARN ?? '', /^arn:aws:xray:eu-west-1:123456789012:group\/slow\/[0-9A-F]{32}$/);
  const { GroupARN } = group ?? {};
  assert.deepEqual(group, {
    GroupName: 'slow',
    GroupARN,
    FilterExpression: 'duration > 2',
    InsightsConfiguration: NO_INSIGHTS,
  });
  await first.observatory.close();
  assert.deepEqual(await get(await observe(t, { stateDirectory }), { GroupName: 'slow' }), group);
});

conforms(
  'CreateGroup',
  'refuses a second of one name, a bad filter, tags, insights and what the model does',
  async (t) => {
    const observed = await observe(t);
    const refusal = (input: Partial<CreateGroupCommandInput>, message: RegExp) =>
      refused(create(observed, input), 'InvalidRequestException', message);
    await create(observed);
    await refusal({}, /already exists/);
    await refusal({ GroupName: 'Default' }, /already exists/);
    await refusal({ GroupName: '' }, /'groupName'.*greater than or equal to 1/);
    await refusal({ GroupName: 'x'.repeat(33) }, /'groupName'.*less than or equal to 32/);
    await refusal({ GroupName: 'new', FilterExpression: 'duration >' }, /position 11/);
    await refusal({ GroupName: 'new', FilterExpression: 'group.name = "none"' }, /there is no group none/);
    await refusal({ GroupName: 'new', Tags: [{ Key: 'a', Value: 'b' }] }, /Tags are not offered/);
    await refusal({ GroupName: 'new', InsightsConfiguration: { InsightsEnabled: true } }, /Insights are not offered/);
    await create(observed, { GroupName: 'SLOW' });
    for (let index = 2; index < 25; index += 1) await create(observed, { GroupName: `group-${index}` });
    await refusal({ GroupName: 'new' }, /at most 25/);
  },
);

conforms('GetGroup', 'finds a group by its name or its ARN', async (t) => {
  const observed = await observe(t);
  const group = await create(observed, { FilterExpression: undefined });
  assert.equal(group?.FilterExpression, undefined);
  assert.deepEqual(await get(observed, { GroupName: 'slow' }), group);
  assert.deepEqual(await get(observed, { GroupARN: group?.GroupARN }), group);
  assert.equal((await get(observed, { GroupName: 'Default' }))?.GroupName, 'Default');
  const refusal = (input: { GroupName?: string; GroupARN?: string | undefined }, message: RegExp) =>
    refused(get(observed, input), 'InvalidRequestException', message);
  await refusal({ GroupName: 'SLOW' }, /not found/);
  await refusal({ GroupName: 'Default', GroupARN: group?.GroupARN }, /not found/);
  await refusal({}, /Either GroupName or GroupARN/);
});

conforms('GetGroups', 'lists Default and all others', async (t) => {
  const observed = await observe(t);
  await create(observed);
  await create(observed, { GroupName: 'failed' });
  assert.deepEqual(await names(observed), ['Default', 'failed', 'slow']);
  for await (const page of paginateGetGroups({ client: observed.xray }, {})) assert.equal(page.Groups?.length, 3);
  const wrong = observed.xray.send(new GetGroupsCommand({ NextToken: 'x' }));
  await refused(wrong, 'InvalidRequestException', /NextToken/);
});

conforms('UpdateGroup', 'changes the filter, not the ARN', async (t) => {
  const observed = await observe(t);
  const group = await create(observed);
  const changed = await update(observed, { GroupARN: group?.GroupARN, FilterExpression: 'duration > 3' });
  assert.deepEqual(changed, { ...group, FilterExpression: 'duration > 3' });
  assert.deepEqual(await get(observed, { GroupName: 'slow' }), changed);
  const refusal = (input: UpdateGroupCommandInput, message: RegExp) =>
    refused(update(observed, input), 'InvalidRequestException', message);
  await refusal({ GroupName: 'none', FilterExpression: 'ok' }, /not found/);
  await refusal({ GroupName: 'Default', FilterExpression: 'ok' }, /cannot be changed/);
  await refusal({ GroupName: 'slow', FilterExpression: 'ok AND' }, /position 7/);
  await refusal({ FilterExpression: 'ok' }, /Either GroupName or GroupARN/);
});

conforms('DeleteGroup', 'takes a group away, never Default', async (t) => {
  const observed = await observe(t);
  await create(observed);
  const remove = (GroupName: string) => observed.xray.send(new DeleteGroupCommand({ GroupName }));
  await remove('slow');
  assert.deepEqual(await names(observed), ['Default']);
  await refused(remove('slow'), 'InvalidRequestException', /not found/);
  await refused(remove('Default'), 'InvalidRequestException', /cannot be changed/);
});
