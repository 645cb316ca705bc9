import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, overflow, secretsIn, unavailable, Visit } from './support/browser.mjs';
import { HOUSEHOLD, mint, play, SHARED, ALONE } from './support/playback.mjs';
import { Service } from './support/service.mjs';

describe('Console', { skip: unavailable }, () => {
  let service, browser, visit, page;
  // A session that is shared until the edge refuses it, and one that is not.
  let shared, alone;

  before(async () => {
    service = await Service.start();
    browser = await launch();
    visit = await Visit.open(browser, service);
    page = visit.page;
    await visit.signIn();
    shared = await mint(service, 'customer-1');
    alone = await mint(service);
  });

  after(async () => {
    await browser?.close();
    await service?.dispose();
  });

  const row = sid => page.locator(`.sessions tr[data-key="${sid}"]`);

  it('says that nobody is watching', async () => {
    await visit.goLive('/');

    assert.match(await page.textContent('[data-live=sessions]'), /Nobody is watching/);
    assert.match(await page.textContent('[data-live=targets]'), /local-edge|edge/);
  });

  it('shows a session as soon as it plays, and turns it to blocked, without reload', async () => {
    await page.evaluate(() => window.untouched = true);

    const playing = play(shared, SHARED, { pace: 700 });
    await row(shared.sid).waitFor();
    const refused = await playing;

    assert.equal(refused, true);
    await row(shared.sid).getByText('blocked').waitFor();
    await page.locator('.revocations tbody').getByText(shared.sid).waitFor();
    assert.equal(await page.evaluate(() => window.untouched), true);
  });

  it('counts lines and sessions as they come', async () => {
    await play(alone, ALONE, { segments: 4 });

    await page.waitForFunction(() => Number(document.querySelector('[data-tile=live] .value').textContent) === 2);
    await page.waitForFunction(() => Number(document.querySelector('[data-tile=rate] .value').textContent) > 0);
    await page.waitForFunction(() => Number(document.querySelector('[data-tile=standing] .value').textContent) === 1);
  });

  it('explains a block in sentences', async () => {
    await page.locator('.revocations summary').getByText('Evidence').click();

    assert.match(await page.textContent('.revocations .evidence'), /positions were each fetched from 3 or more homes/);
  });

  it('keeps what is opened and typed while the page moves on', async () => {
    await page.locator('.revocations summary').getByText('Lift').click();
    await page.fill('.revocations .decide input[name=reason]', 'half a sen');
    const lines = await page.textContent('[data-tile=rate] .more');

    await play(alone, ALONE, { segments: 2 });
    await page.waitForFunction(before => document.querySelector('[data-tile=rate] .more').textContent !== before, lines);
    await page.waitForResponse(response => response.url() === `${service.api}/`);
    await page.waitForTimeout(200);

    assert.equal(await page.inputValue('.revocations .decide input[name=reason]'), 'half a sen');
    assert.equal(await page.evaluate(() => document.activeElement.name), 'reason');
  });

  it('finds a session by the reference that a viewer quotes, from the keyboard', async () => {
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('/');
    await page.keyboard.type(shared.sid.slice(-8));
    await page.keyboard.press('Enter');

    await page.waitForURL(`**/sessions/${shared.sid}`);
    assert.equal(await page.locator('.viewers tbody tr').count(), 3);
    assert.match(await page.textContent('.viewers'), /203\.0\.113\.77.*FR.*64497.*SMART-TV/s);
    assert.match(await page.textContent('[data-live=verdict] .evidence'), /\+90/);
  });

  it('lists what matches a part of an id', async () => {
    await page.goto(`/sessions?q=${alone.sid.slice(2, 7)}`);

    assert.equal(await row(alone.sid).count(), 1);
  });

  it('lifts a block for a reason', async () => {
    await visit.goLive(`/sessions/${shared.sid}`);
    await page.fill('#lift', 'The customer moved <b>house</b>');
    await page.click('text=Lift revocation');

    await page.waitForURL(`**/sessions/${shared.sid}`);
    assert.match(await page.textContent('#notice'), /Lifted/);
    assert.match(await page.textContent('.decisions li:first-child'), /lifted.*moved <b>house<\/b>.*person/s);
    const { revocations } = await service.call('GET', '/v1/revocations');
    assert.deepEqual(revocations, []);
  });

  it('revokes by hand, and shows so where somebody else looks', async () => {
    const other = await visit.context.newPage();
    await other.goto('/');
    await other.waitForSelector('#connection[data-state=live]');
    await visit.goLive(`/sessions/${alone.sid}`);
    await page.fill('#revoke', 'Seen on a pirate site');
    await page.click('text=Revoke session');

    await page.waitForURL(`**/sessions/${alone.sid}`);
    assert.match(await page.textContent('#notice'), /Revoked/);
    await other.locator('.revocations').getByText('Seen on a pirate site').waitFor();
    await other.close();
    assert.equal(await play(alone, ALONE, { segments: 1 }).catch(error => error.message), 'The edge answered 403 to a playlist.');
  });

  it('lists the devices of a household and does not block it', async () => {
    const home = await mint(service);
    await visit.goLive('/');

    const refused = await play(home, HOUSEHOLD);

    assert.equal(refused, false);
    await row(home.sid).waitFor();
    assert.equal(await row(home.sid).getByText('blocked').count(), 0);
    await visit.goLive(`/sessions/${home.sid}`);
    assert.equal(await page.locator('.viewers tbody tr').count(), HOUSEHOLD.length);
  });

  it('says that a session is not known, in its own words', async () => {
    visit.expected.push('404');
    const answer = await page.goto('/sessions/AbsentAbsentAbsent');

    assert.equal(answer.status(), 404);
    assert.equal(await page.textContent('h1'), 'Session not found');
    assert.equal(await page.locator('#find').count(), 1);
  });

  it('repeats no playback URL that was pasted into the search', async () => {
    await page.goto(`/sessions?q=${encodeURIComponent(shared.playbackUrl)}`);

    assert.match(await page.textContent('main'), /Do not paste playback URLs/);
    assert.deepEqual(await secretsIn(page, service), []);
  });

  it('works without scripts, by reload', async () => {
    const plain = await Visit.open(browser, service, { javaScriptEnabled: false });
    await plain.signIn();

    assert.equal(await plain.page.locator('.sessions tbody tr').count(), 3);
    assert.match(await plain.page.textContent('#connection'), /Reload to update/);
    assert.match(await plain.page.textContent('.sessions time'), /UTC$/);
    await plain.page.locator('.revocations summary').getByText('Lift').click();
    await plain.page.fill('.revocations .decide input[name=reason]', 'A mistake');
    await plain.page.click('text=Lift revocation');
    assert.match(await plain.page.textContent('#notice'), /Lifted/);
    assert.deepEqual(plain.faults, []);
    await plain.close();
  });

  for (const [name, options] of Object.entries({
    'light, 1280 px': { colorScheme: 'light' },
    'dark, 1280 px': { colorScheme: 'dark' },
    'light, 390 px': { colorScheme: 'light', viewport: { width: 390, height: 844 } },
    'dark, 390 px': { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
  })) {
    it(`fits the window, shows no secret and causes no fault: ${name}`, async () => {
      const look = await Visit.open(browser, service, options);
      await look.page.goto('/sign-in');
      assert.equal(await overflow(look.page), 0);
      await look.signIn();
      for (const path of ['/', `/sessions/${shared.sid}`, '/sessions?q=a']) {
        await look.goLive(path);
        for (const summary of await look.page.locator('summary').all())
          await summary.click();
        assert.equal(await overflow(look.page), 0, path);
        assert.deepEqual(await secretsIn(look.page, service), [], path);
      }
      const dark = options.colorScheme === 'dark';
      const [red] = (await look.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).match(/\d+/g);
      assert.equal(Number(red) < 128, dark);
      assert.deepEqual(look.faults, []);
      await look.close();
    });
  }

  it('caused no message, violation or foreign request in all of this', () => {
    assert.deepEqual(visit.faults, []);
  });
});
