// Viewers that fetch a title's segments from the edge as players do.
const VIEWERS = [
  { 'cloudfront-viewer-address': '198.51.100.23:40021', 'cloudfront-viewer-country': 'DE', 'cloudfront-viewer-asn': '64496', 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36' },
  { 'cloudfront-viewer-address': '203.0.113.77:51034', 'cloudfront-viewer-country': 'FR', 'cloudfront-viewer-asn': '64497', 'user-agent': 'Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/8.0 TV Safari/537.36' },
  { 'cloudfront-viewer-address': '192.0.2.141:44712', 'cloudfront-viewer-country': 'PL', 'cloudfront-viewer-asn': '64498', 'user-agent': 'AppleCoreMedia/1.0.0.22F76 (iPhone; U; CPU OS 18_5 like Mac OS X; en_us)' },
];

/** A second device behind the first viewer's address. */
const HOUSEMATE = { ...VIEWERS[2], 'cloudfront-viewer-address': '198.51.100.23:40555', 'cloudfront-viewer-country': 'DE', 'cloudfront-viewer-asn': '64496' };

/** One honest viewer. */
export const ALONE = VIEWERS.slice(0, 1);

/** Three viewers on different networks: sharing. */
export const SHARED = VIEWERS;

/** Two devices on one network. */
export const HOUSEHOLD = [VIEWERS[0], HOUSEMATE];

/** Mints a token for the sample title on demand. */
export function mint(service, account) {
  return service.call('POST', '/v1/tokens', { asset: 'sample-vod', account });
}

/**
 * Plays the title, segment by segment, all viewers at the same position.
 * @returns {Promise<boolean>} whether the edge refused one of them
 */
export async function play(token, viewers, { segments = 12, pace = 500 } = {}) {
  const master = token.playbackUrl;
  const media = new URL(uriIn(await text(master, viewers[0])), master);
  const names = (await text(media, viewers[0])).split('\n').filter(line => line !== '' && !line.startsWith('#'));
  for (const name of names.slice(0, segments)) {
    const answers = await Promise.all(viewers.map(headers => fetch(new URL(name, media), { headers })));
    await Promise.all(answers.map(answer => answer.arrayBuffer()));
    if (answers.some(answer => answer.status === 403))
      return true;
    await new Promise(done => setTimeout(done, pace));
  }
  return false;
}

function uriIn(playlist) {
  return playlist.split('\n').find(line => line !== '' && !line.startsWith('#'));
}

async function text(url, headers) {
  const answer = await fetch(url, { headers });
  if (!answer.ok)
    throw new Error(`The edge answered ${answer.status} to a playlist.`);
  return answer.text();
}
