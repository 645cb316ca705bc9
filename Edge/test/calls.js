// Calls the function many times over and prints microseconds per call. Runs under node and njs; for bench.mjs.
import cf from 'cloudfront';
import edge from 'portcullis.js';
import fs from 'fs';

const input = JSON.parse(fs.readFileSync(process.argv[2]).toString());
const clock = Date.now;

async function calls(events) {
  for (let i = 0; i < events.length; i++)
    await edge.handler(events[i]);
}

async function measure() {
  const events = [];
  for (let i = 0; i < input.calls; i++)
    events.push(JSON.parse(JSON.stringify(input.event)));
  cf.double.store = input.store;
  Date.now = function () { return input.now * 1000; };
  await calls(events.slice(0, 20));
  const fresh = events.slice(20);
  const started = clock();
  await calls(fresh);
  console.log((clock() - started) * 1000 / fresh.length);
}

measure();
