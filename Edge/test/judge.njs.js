// The njs side of judge.mjs, which puts the function, the double and this side by side:
// njs -p FOLDER judge.njs.js CASES VERDICTS [all]
import fs from 'fs';
import edge from 'portcullis.js';
import replay from 'replay.js';

async function judge(cases, verdicts, all) {
  const lines = fs.readFileSync(cases).toString().split('\n');
  const output = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i] === '')
      continue;
    const verdict = await replay.replay(edge.handler, JSON.parse(lines[i]), all);
    output.push(JSON.stringify(verdict));
  }
  output.push('');
  fs.appendFileSync(verdicts, output.join('\n'));
}

judge(process.argv[2], process.argv[3], process.argv[4] === 'all').catch(function (e) {
  console.log(String(e));
  process.exit(1);
});
