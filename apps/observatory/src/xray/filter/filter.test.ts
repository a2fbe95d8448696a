import assert from 'node:assert/strict';
import { CreateGroupCommand, GetTraceSummariesCommand } from '@aws-sdk/client-xray';
import { conforms } from '../../testing/conformance.ts';
import { lately, newId, newTraceId, segment, xrayId } from '../../testing/documents.ts';
import { observe, type Observed } from '../../testing/observe.ts';
import { put, refused } from '../../testing/traces.ts';

const idsOf = async ({ xray }: Observed, FilterExpression: string | undefined) => {
  const { TraceSummaries = [] } = await xray.send(new GetTraceSummariesCommand({ ...lately(), FilterExpression }));
  return TraceSummaries.map((summary) => summary.Id);
};

/** A purchase that failed (`buy`) and a look at the events (`look`). */
async function twoTraces(observed: Observed) {
  const buy = newTraceId();
  const root = segment({
    name: 'gateway',
    trace_id: buy,
    http: {
      request: { method: 'POST', url: 'http://shop/checkout', user_agent: 'k6', client_ip: '10.0.0.7' },
      response: { status: 503 },
    },
    fault: true,
    user: 'ann "the" \\ fan',
    origin: 'AWS::EC2::Instance',
    resource_arn: 'arn:aws:ec2:eu-west-1:123456789012:instance/i-1',
    aws: { account_id: '123456789012', ec2: { instance_id: 'i-1', availability_zone: 'eu-west-1a' } },
    annotations: { 'shop.amount': 120, 'shop.code': 'EARLY', 'shop.vip': true, 'shop.gift': false },
  });
  const table = {
    ...segment({ name: 'DynamoDB', trace_id: buy, start_time: root.start_time + 1, end_time: root.start_time + 2.9 }),
    namespace: 'aws',
    fault: true,
    aws: { operation: 'PutItem', table_name: 'sagas' },
    cause: { exceptions: [{ id: newId(), type: 'deserialize', message: 'seats are gone' }] },
  };
  const checkout = segment({
    name: 'checkout',
    trace_id: buy,
    parent_id: root.id,
    fault: true,
    subsegments: [table],
    end_time: root.start_time + 3,
  });
  const look = newTraceId();
  const http = { request: { method: 'GET', url: 'http://shop/events' }, response: { status: 200 } };
  await put(
    observed,
    { ...root, end_time: root.start_time + 3 },
    checkout,
    segment({ name: 'gateway', trace_id: look, http }),
  );
  return { buy: xrayId(buy), look: xrayId(look) };
}

conforms('GetTraceSummaries', 'chooses traces by the whole filter grammar', async (t) => {
  const observed = await observe(t);
  const { buy, look } = await twoTraces(observed);
  const both = [look, buy].toSorted();
  const CAUSE = `[{ "Services": [{ "Name": "gateway" }, { "Name": "checkout", "EntityPath":
    [{ "Name": "checkout" }, { "Name": "sagas", "Exceptions": [{ "Message": "seats are gone" }] }] }, { "Inferred": true }] }]`;
  const cases: [string, string[]][] = [
    ['', both],
    ['fault', [buy]],
    ['ok', [look]],
    ['!fault', [look]],
    ['!!fault', [buy]],
    ['fault = false', [look]],
    ['fault != true', [look]],
    ['fault OR ok', both],
    ['fault AND ok', []],
    ['ok OR fault AND http.status = 200', [look]],
    ['(ok OR fault) AND http.status = 503', [buy]],
    ['!(fault OR error)', [look]],
    ['fault http.method = "POST"', [buy]],
    ['ok !partial duration <3', [look]],
    ['http.status != 200', [buy]],
    ['http.url CONTAINS "/check"', [buy]],
    ['http.url BEGINSWITH "http://shop" AND http.url ENDSWITH "events"', [look]],
    ['http.useragent = "k6" AND http.clientip = "10.0.0.7"', [buy]],
    ['http.useragent', [buy]],
    ['http.url AND responseTime > 2', [buy]],
    ['user CONTAINS ""', [buy]],
    ['user = "ann \\"the\\" \\\\ fan"', [buy]],
    ['annotation.shop.amount >= 100', [buy]],
    ['annotation[shop.amount] > 120', []],
    ['annotation["shop.amount"] <= 120', [buy]],
    ['annotation.shop.code = "EARLY" AND annotation[shop.vip] = true', [buy]],
    ['annotation.shop.code', [buy]],
    ['annotation[shop.vip]', [buy]],
    ['annotation[shop.gift]', []],
    ['!annotation.shop.code', [look]],
    ['annotation[shop.code] != "LATE"', [buy]],
    ['duration >= 3 AND duration <= 8', [buy]],
    ['responsetime < 1', [look]],
    ['service("checkout")', [buy]],
    ['!service("checkout")', [look]],
    ['service("checkout") { responsetime > 2 }', [buy]],
    ['service("checkout") { ok }', []],
    ['service("gateway") { annotation[shop.amount] = 120 }', [buy]],
    ['service("gateway") { root = true and fault = true }', [buy]],
    ['service() { fault }', [buy]],
    ['service(id(name: "sagas", type: "AWS::DynamoDB::Table"))', [buy]],
    ['service(id(type: "AWS::DynamoDB::Table")) { inferred last }', [buy]],
    ['service(id(account.id: "123456789012"))', [buy]],
    ['service(id(account.id: "123456789013"))', []],
    ['id(name: "sagas")', [buy]],
    ['id(account.id: "123456789012")', [buy]],
    ['edge("gateway", "checkout")', [buy]],
    ['edge("checkout", id(name: "sagas", type: "AWS::DynamoDB::Table")) { fault }', [buy]],
    ['edge("checkout", "gateway")', []],
    ['edge() { fault }', [buy]],
    ['edge(id(name: "gateway", type: "client"), "gateway")', both],
    ['message CONTAINS "gone"', [buy]],
    ['inferred', [buy]],
    ['name = "sagas" AND type = "AWS::DynamoDB::Table"', [buy]],
    ['availabilityzone = "eu-west-1a" AND instance.id BEGINSWITH "i-" AND resource.arn CONTAINS "i-1"', [buy]],
    ['rootcause.fault.service { name = "checkout" }', [buy]],
    ['rootcause.fault.service { inferred and name = "sagas" and type = "AWS::DynamoDB::Table" }', [buy]],
    ['rootcause.fault.service { index > 5 }', []],
    ['rootcause.fault.entity { last and name = "sagas" }', [buy]],
    ['rootcause.fault.entity { first and name = "sagas" }', []],
    ['rootcause.fault.exception { last and message = "seats are gone" and name = "deserialize" }', [buy]],
    ['rootcause.error.service', []],
    ['rootcause.responsetime.service { last and type = "AWS::DynamoDB::Table" }', [buy]],
    ['rootcause.responsetime.entity { remote and coverage > 0.6 and name = "sagas" }', [buy]],
    ['rootcause.responsetime.entity { remote and coverage > 0.7 }', []],
    [`rootcause.json = #${CAUSE}`, [buy]],
    [`rootcause.fault.json = #${CAUSE} AND fault`, [buy]],
    [`rootcause.error.json = #${CAUSE}`, []],
    [`json != #${CAUSE}`, [look]],
    ['json = #[{ "Services": [{ "Name": "gateway" }] }]', [look]],
    ['json = #{ "ClientImpacting": false }', []],
  ];
  for (const [expression, wanted] of cases) {
    assert.deepEqual((await idsOf(observed, expression || undefined)).toSorted(), wanted, expression);
  }
});

conforms('GetTraceSummaries', "puts a group's filter in the place of its name or ARN", async (t) => {
  const observed = await observe(t);
  const { buy, look } = await twoTraces(observed);
  const group = async (GroupName: string, FilterExpression: string) =>
    (await observed.xray.send(new CreateGroupCommand({ GroupName, FilterExpression }))).Group?.GroupARN;
  const arn = await group('failed', 'fault');
  await group('failed-sales', 'group.name = "failed" AND http.method = "POST"');
  assert.deepEqual(await idsOf(observed, 'group.name = "failed-sales"'), [buy]);
  assert.deepEqual(await idsOf(observed, `group.arn = "${arn}" user CONTAINS "ann"`), [buy]);
  assert.deepEqual(await idsOf(observed, 'group.name != "failed"'), [look]);
  assert.equal((await idsOf(observed, 'group.name = "Default"')).length, 2);
  await refused(
    idsOf(observed, 'ok AND group.name = "none"'),
    'InvalidRequestException',
    /position 8: there is no group/,
  );
});

conforms('GetTraceSummaries', 'refuses a filter that it cannot read, and says where', async (t) => {
  const observed = await observe(t);
  const cases: [string, number][] = [
    ['fault AND', 10],
    ['ok nonsense = 1', 4],
    ['service("x"', 12],
    ['ok AND "a', 8],
    ['http.status = "x"', 13],
    ['http.url = 5', 10],
    ['http.url > "x"', 10],
    ['fault > true', 7],
    ['(((', 4],
    ['a'.repeat(9000), 8193],
    [`${'('.repeat(500)}ok`, 101],
    ['annotation. = 1', 13],
    ['annotation[', 12],
    ['annotation[a] CONTAINS 5', 15],
    ['ok §', 4],
    ['rootcause.fault.nothing { ok }', 1],
    ['rootcause.responsetime.exception', 1],
    ['rootcause.json = #[{]', 18],
    ['rootcause.json = #[1', 18],
    ['json = "x"', 8],
    ['group.name = 5', 14],
    ['group.name > "x"', 14],
    ['id(colour: "red")', 4],
    ['edge("a")', 9],
    ['ok }', 4],
  ];
  for (const [expression, place] of cases) {
    await refused(idsOf(observed, expression), 'InvalidRequestException', new RegExp(`position ${place}:`)).catch(
      (error: Error) => assert.fail(`${expression.slice(0, 60)}: ${error.message}`),
    );
  }
});

conforms('GetTraceSummaries', 'answers at once however deep a filter nests', async (t) => {
  const observed = await observe(t);
  const trace_id = newTraceId();
  await put(observed, ...Array.from({ length: 40 }, (_, index) => segment({ name: `s${index}`, trace_id })));
  const nested = (one: string) => `${`${one} { `.repeat(40)}fault${' }'.repeat(40)}`;
  const start = performance.now();
  for (const one of ['service()', 'rootcause.responsetime.entity', 'edge()']) {
    assert.deepEqual(await idsOf(observed, nested(one)), []);
  }
  const group = (GroupName: string, name: string) => {
    const FilterExpression = Array.from({ length: 90 }, () => `group.name = "${name}"`).join(' AND ');
    return observed.xray.send(new CreateGroupCommand({ GroupName, FilterExpression }));
  };
  await group('a', 'Default');
  await refused(group('b', 'a'), 'InvalidRequestException', /more than 100 times/);
  assert.ok(performance.now() - start < 2000);
});
