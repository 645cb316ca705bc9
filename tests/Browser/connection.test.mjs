import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, unavailable, Visit } from './support/browser.mjs';
import { ALONE, mint, play } from './support/playback.mjs';
import { Service } from './support/service.mjs';

describe('Connection', { skip: unavailable }, () => {
  let service, browser, visit, page;

  before(async () => {
    service = await Service.start();
    browser = await launch();
    visit = await Visit.open(browser, service);
    page = visit.page;
    await visit.signIn();
    await visit.goLive('/');
  });

  after(async () => {
    await browser?.close();
    await service?.dispose();
  });

  it('is shown as lost when the service hangs without closing it, and as live when it goes on', async () => {
    service.process.kill('SIGSTOP');
    try {
      await page.waitForSelector('#connection[data-state=lost]');
    } finally {
      service.process.kill('SIGCONT');
    }

    await page.waitForSelector('#connection[data-state=live]');
    assert.equal(await page.isVisible('#lost'), false);
    assert.deepEqual(visit.faults, []);
  });

  it('is shown as lost when the service is killed', async () => {
    await service.kill();

    await page.waitForSelector('#connection[data-state=lost]');
    assert.match(await page.textContent('#lost'), /No connection to Portcullis\. What you see is from \d\d:\d\d:\d\d/);
  });

  it('recovers when the service is back, without another sign-in, and shows what came since', async () => {
    await service.restart();
    const token = await mint(service);
    await play(token, ALONE, { segments: 2 });

    await page.waitForSelector('#connection[data-state=live]');
    await page.locator(`.sessions tr[data-key="${token.sid}"]`).waitFor();
    assert.equal(await page.isVisible('#lost'), false);
  });
});
