import { startTestFleet } from './harness/fleet.ts';
const t0 = performance.now();
const fleet = await startTestFleet({}).catch((e) => {
  console.log(e, e.log);
  process.exit(1);
});
console.log('up', performance.now() - t0, fleet.fleet.readyMs);
const b = await fleet.shop.buyer(1);
console.log(await b.buy(['A-1-1', 'A-1-2'], { promo: 'ENCORE10' }));
for (let i = 0; i < 20; i++) {
  const s = await fleet.books.snapshot();
  if (s.mails.length) break;
  await new Promise((r) => setTimeout(r, 200));
}
const s = await fleet.books.snapshot();
console.log(JSON.stringify({ ...s, mails: s.mails.map((m) => m.slice(0, 600)) }, null, 1));
await fleet.stop();
