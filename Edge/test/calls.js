// Calls a function many times over and prints microseconds of processor time per call. Runs under node and njs; for bench.mjs.
import cf from 'cloudfront';
import edge from 'portcullis.js';
import fs from 'fs';

const input = JSON.parse(fs.readFileSync(process.argv[2]).toString());
const clock = Date.now;

// Microseconds: on the processor, where Linux tells; other processes do not count.
function spent() {
  try {
    return Number(fs.readFileSync('/proc/self/schedstat').toString().split(' ')[0]) / 1000;
  } catch (e) {
    return clock() * 1000;
  }
}

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
  const answer = await edge.handler(events.pop());
  if ((answer.statusCode || 200) !== input.status)
    throw new Error('Answered with ' + (answer.statusCode || 200) + ' instead of ' + input.status + '.');
  await calls(events.slice(0, 20));
  const fresh = events.slice(20);
  const started = spent();
  await calls(fresh);
  console.log((spent() - started) / fresh.length);
}

measure().catch(function (e) {
  console.log(String(e));
  process.exit(1);
});
