#!/usr/bin/env node
// Pictures of every page for the documentation, from a real service with real playback: npm run screenshots [FOLDER]
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { launch, unavailable, Visit } from './support/browser.mjs';
import { ALONE, HOUSEHOLD, mint, play, SHARED } from './support/playback.mjs';
import { Service } from './support/service.mjs';

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '../../docs/images'));
const MOST_BYTES = 150_000;

const looks = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  narrow: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
};

if (unavailable) {
  console.error(unavailable);
  process.exit(1);
}
await mkdir(folder, { recursive: true });
let finished = false;
const service = await Service.start();
const browser = await launch();
try {
  const [shared, home, stopped, ...honest] = await Promise.all(['a', 'b', 'c', 'd', undefined].map(account => mint(service, account)));
  await Promise.all([play(shared, SHARED, { pace: 700 }), play(home, HOUSEHOLD), play(stopped, ALONE), ...honest.map(token => play(token, ALONE, { pace: 300 }))]);
  await service.call('POST', '/v1/revocations', { sid: stopped.sid, reason: 'Watermark found on a pirate site' });
  // Somebody watches on, for the figures to move.
  const watching = (async () => {
    while (!finished)
      await play(honest[0], ALONE, { pace: 150, segments: 12 });
  })();
  for (const [name, options] of Object.entries(looks)) {
    const visit = await Visit.open(browser, service, options);
    const { page } = visit;
    await page.goto('/sign-in');
    await save(page, `console-sign-in-${name}`);
    await visit.signIn();
    await visit.goLive('/');
    await page.waitForFunction(() => Number(document.querySelector('[data-tile=rate] .value').textContent) > 0);
    await page.locator('summary', { hasText: 'Evidence' }).first().click();
    await page.mouse.click(5, 200);
    await save(page, `console-overview-${name}`);
    await visit.goLive(`/sessions/${shared.sid}`);
    await save(page, `console-session-${name}`);
    await visit.close();
  }
  finished = true;
  await watching;
} finally {
  await browser.close();
  await service.dispose();
}

async function save(page, name) {
  const path = join(folder, `${name}.png`);
  const { width } = page.viewportSize();
  const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), width < 1000 ? 1600 : 900);
  const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height } });
  await writeFile(path, png);
  console.log(`${path}  ${png.length} bytes`);
  if (png.length > MOST_BYTES)
    throw new Error(`${path} has ${png.length} bytes; at most ${MOST_BYTES} are wanted.`);
}
