// Chromium from the system, and pages that remember everything that should not happen on them.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Why browser tests cannot run here, or false. */
export const unavailable = existsSync(EXECUTABLE) ? false : `${EXECUTABLE} is missing (Debian: apt-get install chromium)`;

export function launch() {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });
}

/** A page in a context of its own (cookies, colour scheme, size) that only its service may hear of. */
export class Visit {
  /** @param {import('playwright-core').Browser} browser */
  static async open(browser, service, options = {}) {
    const context = await browser.newContext({ baseURL: service.api, viewport: { width: 1280, height: 900 }, ...options });
    const visit = new Visit(service, context, await context.newPage());
    await visit.page.addInitScript(() => addEventListener('securitypolicyviolation', event => console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI}`)));
    return visit;
  }

  /** Messages, failures and requests that no page may cause. */
  faults = [];

  /** Texts of console messages that a test causes on purpose. */
  expected = [];

  constructor(service, context, page) {
    this.service = service;
    this.context = context;
    this.page = page;
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type()) && !this.expected.some(text => message.text().includes(text)))
        this.faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', error => this.faults.push(`error: ${error.message}`));
    page.on('request', request => {
      if (!request.url().startsWith(service.api + '/'))
        this.faults.push(`request to another host: ${request.url()}`);
    });
  }

  async signIn(to = '/') {
    await this.page.goto(`/sign-in?to=${encodeURIComponent(to)}`);
    await this.page.fill('#key', this.service.key);
    await this.page.click('button[type=submit]');
    await this.page.waitForURL(this.service.api + to);
  }

  /** Goes to a page and waits until its events flow. */
  async goLive(path) {
    await this.page.goto(path);
    await this.page.waitForSelector('#connection[data-state=live]');
  }

  async close() {
    await this.context.close();
  }
}

/** Text in which neither the admin key nor a token may stand. */
export async function secretsIn(page, service) {
  const html = await page.content();
  return [...html.matchAll(/eyJ[\w-]{8,}|ptc_(?:issuer|operator|admin)_\w+/g)].map(match => match[0])
    .concat(html.includes(service.key) ? ['the key'] : []);
}

/** By how many pixels the page is wider than the window. */
export function overflow(page) {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}
