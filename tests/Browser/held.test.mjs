import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, overflow, unavailable, Visit } from './support/browser.mjs';
import { mint, play, SHARED } from './support/playback.mjs';
import { Service } from './support/service.mjs';

describe('Held sessions', { skip: unavailable }, () => {
  let service, browser, visit, page;
  // The breaker lets one through in a minute; these come after it.
  let released, dropped;

  before(async () => {
    service = await Service.start({ Breaker__PerMinute: '1' });
    browser = await launch();
    visit = await Visit.open(browser, service);
    page = visit.page;
    await visit.signIn();
    assert.equal(await play(await mint(service), SHARED), true);
    [released, dropped] = [await mint(service), await mint(service)];
  });

  after(async () => {
    await browser?.close();
    await service?.dispose();
  });

  const held = sid => page.locator(`.sessions tr[data-key="${sid}"]`).getByRole('link', { name: 'held' });

  it('are marked in the list without reload, and lead to where they are decided', async () => {
    await visit.goLive('/');

    const refused = await Promise.all([released, dropped].map(token => play(token, SHARED)));

    assert.deepEqual(refused, [false, false]);
    await held(released.sid).waitFor();
    await held(dropped.sid).waitFor();
    assert.match(await page.textContent(`.sessions tr[data-key="${dropped.sid}"]`), /held\s+too many in a minute/);
    await held(dropped.sid).click();
    await page.waitForURL('**/held');
    assert.equal(await page.locator('[data-live=held] tbody tr:first-child').count() >= 2, true);
  });

  for (const [name, options] of Object.entries({ '1280 px': {}, '390 px': { viewport: { width: 390, height: 844 } } })) {
    it(`fit the window: ${name}`, async () => {
      const look = await Visit.open(browser, service, options);
      await look.signIn();
      for (const path of ['/', `/sessions/${released.sid}`, '/held', '/sessions?q=a']) {
        await look.goLive(path);
        for (const summary of await look.page.locator('summary').all())
          await summary.click();
        assert.equal(await overflow(look.page), 0, path);
      }
      assert.deepEqual(look.faults, []);
      await look.close();
    });
  }

  it('are released on their own page', async () => {
    await visit.goLive(`/sessions/${released.sid}`);
    assert.match(await page.textContent('[data-live=title]'), /held/);
    assert.match(await page.textContent('[data-live=gate]'), /Open, and an automatic revocation is held\s+\(too many in a minute\) since/);

    await page.getByLabel('Reason').first().fill('Looked at: three homes');
    await page.click('text=Release: block it');

    await page.waitForURL(`**/sessions/${released.sid}`);
    assert.match(await page.textContent('#notice'), /Released/);
    assert.match(await page.textContent('[data-live=title]'), /blocked/);
    assert.equal(await page.getByText('Lift revocation').count(), 1);
  });

  it('are dropped on their own page, and show so where somebody else looks', async () => {
    const other = await visit.context.newPage();
    await other.goto(`/sessions/${dropped.sid}`);
    await other.waitForSelector('#connection[data-state=live]');
    await visit.goLive(`/sessions/${dropped.sid}`);

    await page.getByLabel('Reason').nth(1).fill('A family');
    await page.click('text=Drop: let it play');

    await page.waitForURL(`**/sessions/${dropped.sid}`);
    assert.match(await page.textContent('#notice'), /Dropped/);
    await other.getByText('Revoke session').waitFor();
    assert.doesNotMatch(await other.textContent('[data-live=gate]'), /is held/);
    await other.close();
  });

  it('caused no message, violation or foreign request in all of this', () => {
    assert.deepEqual(visit.faults, []);
  });
});
