import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, secretsIn, unavailable, Visit } from './support/browser.mjs';
import { Service } from './support/service.mjs';

describe('Sign-in', { skip: unavailable }, () => {
  let service, browser;

  before(async () => {
    service = await Service.start();
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await service?.dispose();
  });

  async function visiting(act) {
    const visit = await Visit.open(browser, service);
    try {
      await act(visit.page, visit);
      assert.deepEqual(visit.faults, []);
    } finally {
      await visit.close();
    }
  }

  it('is where an anonymous visitor of any page is sent, and leads back', () => visiting(async page => {
    await page.goto('/sessions?q=abc');

    assert.equal(new URL(page.url()).pathname, '/sign-in');
    await page.fill('#key', service.key);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/sessions?q=abc');
    assert.match(await page.textContent('h1'), /abc/);
  }));

  it('refuses a wrong key with a message and without repeating it', () => visiting(async (page, visit) => {
    visit.expected.push('401');
    const wrong = 'ptc_operator_0123456789012345678901234567890123456789012';
    await page.goto('/sign-in');
    await page.fill('#key', wrong);

    const [answer] = await Promise.all([page.waitForResponse(response => response.request().method() === 'POST'), page.click('button[type=submit]')]);

    assert.equal(answer.status(), 401);
    assert.match(await page.textContent('[role=alert]'), /no such key/);
    assert.ok(!(await page.content()).includes(wrong));
  }));

  it('keeps key and cookie out of reach of scripts', () => visiting(async (page, visit) => {
    await visit.signIn();

    const [cookie] = (await visit.context.cookies()).filter(({ name }) => name === 'portcullis-console');
    assert.deepEqual({ httpOnly: cookie.httpOnly, sameSite: cookie.sameSite }, { httpOnly: true, sameSite: 'Strict' });
    assert.equal(await page.evaluate(() => document.cookie), '');
    assert.deepEqual(await secretsIn(page, service), []);
  }));

  it('is skipped by who is signed in already and comes from another site', () => visiting(async (page, visit) => {
    await visit.signIn();
    const { port } = new URL(service.api);
    // localhost is another site than 127.0.0.1: the cookie is not sent with what it starts.
    await page.route('http://localhost/**', route => route.fulfill({ contentType: 'text/html', body: `<a href="http://127.0.0.1:${port}/sessions?q=abc">link</a>` }));
    await page.goto('http://localhost/');
    visit.faults.length = 0;

    await page.click('a');

    await page.waitForURL(service.api + '/sessions?q=abc');
    assert.match(await page.textContent('h1'), /abc/);
  }));

  it('ends with sign-out', () => visiting(async (page, visit) => {
    await visit.signIn();

    await page.click('text=Sign out');

    await page.waitForURL('**/sign-in');
    await page.goto('/');
    assert.equal(new URL(page.url()).pathname, '/sign-in');
  }));

  it('answers addresses that do not exist with a page', () => visiting(async (page, visit) => {
    visit.expected.push('404');
    const answer = await page.goto('/no/such/page');

    assert.equal(answer.status(), 404);
    assert.equal(await page.textContent('h1'), 'Page not found');
  }));

  it('answers programs with problem details instead', async () => {
    const answer = await fetch(service.api + '/no/such/page');

    assert.equal(answer.status, 404);
    assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
  });
});
