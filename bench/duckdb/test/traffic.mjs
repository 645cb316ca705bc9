// Log lines in the default field list, from a seed: honest viewers with their awkward moments, and sessions that SMDE's score must flag.

/** xorshift32: the same numbers everywhere. */
function randomOf(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const START = 1_795_298_400;

export function lineOf({ sid, second, path, ip = '192.0.2.1', agent = 'Mozilla/5.0%20(X11)', referer = '-', sent = '34567', status = '200', logData }) {
  return [
    (START + second).toFixed(3), ip, status, sent, 'GET', 'media.example', `/${sid}.eyJhbGciOiJIUzI1NiJ9.eyJ2ZXIiOjJ9.c2ln${path}`, 'FRA56-P4', `${sid}${second}==`, '0.012',
    agent, referer, 'Hit', 'video/mp2t', '-', '-', 'Hit', 'DE', '3320', '-', '-', '-', '-', logData ?? `ok.${sid}`,
  ].join('\t');
}

/** Lines of 400 sessions within ten minutes, and the sids that are far above everybody. */
export function traffic(seed) {
  const random = randomOf(seed);
  const rows = [];
  const unlike = [];
  for (let n = 0; n < 400; n++) {
    const sid = `s${String(n).padStart(15, '0')}`;
    const pirate = n % 25 === 7;
    if (pirate)
      unlike.push(sid);
    const from = random(pirate ? 100 : 540);
    const count = pirate ? 100 : 1 + random(60);
    for (let player = 0; player < (pirate ? 3 : 1); player++) {
      const home = { ip: `10.${n % 250}.${player}.1`, agent: `agent-${random(3)}`, referer: random(3) ? '-' : 'https://player.example/?a=1' };
      for (let i = 0; i < count; i++) {
        const moved = !pirate && random(40) === 0 ? { ip: '198.51.100.77' } : {};
        const other = !pirate && random(60) === 0 ? { agent: 'cast' } : {};
        const odd = [{}, {}, {}, {}, {}, {}, { status: '206' }, { status: '304' }, { sent: '800' }, { status: '403', logData: 'no.revoked' }][random(10)];
        const row = { sid, second: from + i * 4 + random(1000) / 1000, path: `/live/one/480p/seg-${i}.ts${random(5) ? '' : '?x=1'}`, ...home, ...moved, ...other, ...odd };
        rows.push(row);
        if (random(50) === 0)
          rows.push(row);
      }
    }
  }
  rows.sort((a, b) => a.second - b.second);
  return { lines: rows.map(lineOf), unlike };
}
