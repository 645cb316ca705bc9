import { table, caseOf, media } from './engines.mjs';
import { HEADER, MEDIA, NOW, SID, STORE, TAGGED, encode, keyV1, keyV2, signed, tokenV1 } from './tokens.mjs';

const secret = 'secret1_value_to_replace';
const ok = `ok.${SID}`;
const read = { keys: ['k:old'] };
const good = tokenV1();
const rows = [];

function row(name, given, log, more = {}) {
  rows.push({ name: `${name}: ${log}`, given, log, ...more });
}

function claims(name, change, log, more) {
  row(name, media(tokenV1(change)), log, more);
}

// The vector of SMDE's own tests.
const VECTOR_SID = 'cKyrFyOVnjza';
const payload = '{"ip":false,"co":false,"cty":false,"reg":false,"ssn":true,"exp":1658318784,"headers":["user-agent"],"qs":[],"intsig":"_0Gm9OMPRzEKRLRWSiS9IRtgz9DrRWs2600WwnBIecE",'
  + '"paths":["/out/v1/00c6ff982d404e2f940b48495b243b3c/"],"exc":["/ads/"],"nbf":1645000000,"iat":1658307984}';
const covered = `${encode('{"alg":"HS256","typ":"JWT","kid":"secret1_key_to_replace"}')}.${encode(payload)}`;
const vector = caseOf({
  uri: `/${VECTOR_SID}.${covered}.oPYrdIJbJkAQvw1ST87mgxrzLnzjEuH5ds3H9kl5upE/out/v1/00c6ff982d404e2f940b48495b243b3c/index.m3u8`, now: 1_658_310_000, store: { 'k:secret1_key_to_replace': keyV1() },
  headers: { 'user-agent': ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:91.0) Gecko/20100101 Firefox/91.0'] },
});
row('SMDE’s vector', vector, `ok.${VECTOR_SID}`, { uri: '/out/v1/00c6ff982d404e2f940b48495b243b3c/index.m3u8', keys: ['k:secret1_key_to_replace', `s:${VECTOR_SID}`] });
row('SMDE’s vector at exp', { ...vector, now: 1_658_318_784 }, `ok.${VECTOR_SID}`);
row('SMDE’s vector past exp', { ...vector, now: 1_658_318_785 }, 'no.expired');
row('SMDE’s vector before nbf', { ...vector, now: 1_644_999_999 }, 'no.early');
row('SMDE’s vector, another browser', { ...vector, headers: { 'user-agent': ['x'] } }, 'no.viewer');
row('SMDE’s vector, another sid', { ...vector, uri: vector.uri.replace('/c', '/d') }, 'no.viewer');

// Carriage, form, keys
row('A good token', media(good), ok, { uri: MEDIA, keys: ['k:old', `s:${SID}`] });
row('A token in the query', caseOf({ uri: MEDIA, query: `pt=${good}` }), ok, { uri: MEDIA });
row('Without sid', media(tokenV1({ ssn: false }, null, null)), 'ok.', { uri: MEDIA, ...read });
row('Without the sid that it is bound to', media(good.slice(SID.length + 1)), 'no.viewer', read);
row('Another sid', media('x' + good), 'no.viewer', read);
row('A short JWT', media(`${SID}.${encode(JSON.stringify({ ...HEADER, kid: 'o' }))}.e30.x`, { store: { 'k:o': keyV1() } }), 'no.malformed', { keys: ['k:o'] });
row('Another signature', media(good.slice(0, -1) + (good.endsWith('A') ? 'E' : 'A')), 'no.signature', read);
row('A key at its end', media(good, { store: { 'k:old': keyV1({ na: NOW }) } }), 'no.key', read);
row('A v1 token under a v2 key', media(good, { store: { 'k:old': keyV2() } }), 'no.signature', read);
row('A key that may admit the path', media(good, { store: { 'k:old': keyV1({ p: ['/live'] }) } }), ok);
row('A key that may not admit the path', media(good, { store: { 'k:old': keyV1({ p: ['/vod'] }) } }), 'no.path', read);
row('A key that may not admit the path of exc', caseOf({ uri: `/${good}/ads/a`, store: { 'k:old': keyV1({ p: ['/live'] }) } }), 'no.path', read);

// Claims
claims('ver 2', { ver: 2 }, 'no.malformed', read);
claims('ver 1', { ver: 1 }, 'no.malformed');
claims('An unknown claim', { aud: { a: [1, null] } }, ok);
for (const [name, value] of [['exp', 'x'], ['exp', null], ['nbf', '1'], ['paths', '/'], ['exc', null], ['headers', [1]], ['qs', {}], ['ip', 1], ['co', 'true'], ['ssn', null], ['reg_fallback', 1], ['ip_ver', '4'], ['exp', 1.5]])
  claims(`${name} as ${JSON.stringify(value)}`, { [name]: value }, 'no.malformed', read);
row('intsig as a number', media(tokenV1({ intsig: 1 }, null)), 'no.malformed');
row('A payload that is an array', media(`${SID}.${signed({ ...HEADER, kid: 'old' }, '[]', secret)}`), 'no.malformed');
row('A payload without anything', media(`${SID}.${signed({ ...HEADER, kid: 'old' }, '{}', secret)}`), 'no.malformed');
claims('No exc', { exc: undefined }, 'no.malformed');
claims('No paths', { paths: undefined }, 'no.malformed');

// Times
claims('No exp', { exp: undefined }, ok);
claims('exp 0', { exp: 0 }, 'no.expired');
claims('At exp', { exp: NOW }, ok);
claims('Past exp', { exp: NOW - 1 }, 'no.expired', read);
claims('At nbf', { nbf: NOW }, ok);
claims('Before nbf', { nbf: NOW + 1 }, 'no.early', read);
claims('nbf before the epoch', { nbf: -1 }, ok);
row('Claims in another order', media(tokenV1({ iat: undefined, paths: undefined, ...{ iat: NOW, paths: ['/live/one/', '/k\u00f6ln'] } })), ok);
row('Claims in SMDE’s order, none left out', media(tokenV1({ nbf: NOW, co_fallback: true, reg_fallback: true, ip_ver: 4, cty: true })), ok);
row('A claim twice, the last holds', media(`${SID}.${signed({ ...HEADER, kid: 'old' }, '{"paths":["/x"],"exc":[],"paths":["/live/"]}', secret)}`), ok);
claims('A claim named as a method of objects', { constructor: 1, toString: [] }, ok);
claims('A lifetime of a year', { exp: NOW + 31_536_000 }, ok);

// Paths: prefixes of the raw path
claims('A prefix within a segment', { paths: ['/live/on'] }, ok);
claims('An empty prefix', { paths: [''] }, ok);
for (const [rest, log] of [
  ['/live/one', 'no.path'], ['/live/%6fne/a', 'no.path'], ['/live/one/%41', ok], ['/live/one/../two', 'no.path'], ['/live/one/./a', 'no.path'], ['/live/one/..', 'no.path'], ['/live/one/%2e%2e/two', 'no.path'], ['/live/one/.%2E', 'no.path'], ['/live/one/..%0a', ok],
  ['/live/one/.a', ok], ['/live/one/a%2fb', 'no.path'], ['/live/one/%5c', 'no.path'], ['/live/one/%ff', 'no.path'], ['/live/one/%', 'no.path'], ['/ads/a', ok], ['/ads/../live/two', 'no.path'], ['/vod', 'no.path'],
])
  row(`Path ${rest}`, caseOf({ uri: `/${good}${rest}` }), log, log === ok ? { uri: rest } : read);
row('exc without viewer checks', caseOf({ uri: `/x${good}/ads/a` }), `ok.x${SID}`);

// Viewer
const all = { ip: true, ip_ver: 4, co: true, reg: true, headers: ['user-agent', 'x-none'], qs: ['device', 'none'] };
const viewer = { country: 'DE', region: 'BE', city: 'Berlin', headers: { 'user-agent': ['A', 'B'] }, query: 'device=a%20b&device=c' };
const values = ['203.0.113.7', 'DE', 'BE', SID, 'A,B', 'a%20b,c'];
const bound = tokenV1(all, values);
row('Bound to all', media(bound, viewer), ok);
for (const [name, change, log = 'no.viewer'] of [
  ['address', { ip: '203.0.113.8' }], ['address of the other version', { ip: '2001:db8::1' }], ['no address', { ip: '' }], ['country', { country: 'FR' }], ['no country', { country: null }], ['region', { region: 'BW' }], ['no region', { region: null }],
  ['city', { city: 'Potsdam' }, ok], ['header', { headers: { 'user-agent': ['A'] } }], ['no header', { headers: {} }], ['a header that was absent', { headers: { 'user-agent': ['A', 'B'], 'x-none': ['x'] } }], ['parameter', { query: 'device=c' }],
])
  row(`Bound to all, another viewer, ${name}`, media(bound, { ...viewer, ...change }), log);
row('The city is not verified', media(tokenV1({ cty: true }), { city: 'Berlin' }), ok);
row('The city in intsig, as SMDE’s library puts it', media(tokenV1({ cty: true }, ['Berlin', SID]), { city: 'Berlin' }), ok);
row('Another city than the one in intsig', media(tokenV1({ cty: true }, ['Berlin', SID]), { city: 'Bonn' }), 'no.viewer');
row('A city in intsig that is not claimed', media(tokenV1({}, ['Berlin', SID]), { city: 'Berlin' }), 'no.viewer');
row('Ambiguous values, as SMDE', media(tokenV1({ headers: ['a', 'b'] }, [SID, '1:2', '3']), { headers: { a: ['1'], b: ['2:3'] } }), ok);
row('All bound headers absent, as SMDE', media(tokenV1({ ssn: false, headers: ['a'] }, ['x'])), ok);
row('No intsig', media(tokenV1({ ssn: true }, null)), ok);
row('No intsig, without sid', media(tokenV1({ ssn: true }, null, null)), 'ok.');
row('No intsig, the address’s version differs', media(tokenV1({ ip: true, ip_ver: 6 }, null)), 'no.viewer');
row('No version of the address', media(tokenV1({ ip: true }, ['203.0.113.7', SID])), 'no.viewer');
row('IPv6', media(tokenV1({ ip: true, ip_ver: 6 }, ['2001:0db8:0000:0000:0000:0000:0000:0001', SID]), { ip: '2001:db8::1' }), ok);
row('IPv4 as IPv6', media(tokenV1({ ip: true, ip_ver: 4 }, ['203.0.113.7', SID]), { ip: '::ffff:203.0.113.7' }), ok);
const fallback = { co: true, co_fallback: true, reg: true };
row('No country, with fallback', media(tokenV1(fallback, ['DE', 'BE', SID])), ok);
row('No country, with fallback, and another sid', media('x' + tokenV1(fallback, ['DE', 'BE', SID])), `ok.x${SID}`);
row('No region, with the country’s fallback', media(tokenV1(fallback, ['DE', 'BE', SID]), { country: 'DE' }), 'no.viewer');
row('No region, with fallback', media(tokenV1({ co: true, reg: true, reg_fallback: true }, ['DE', 'BE', SID]), { country: 'DE' }), ok);
row('Another country, with fallback', media(tokenV1(fallback, ['DE', 'BE', SID]), { country: 'FR', region: 'BE' }), 'no.viewer');

// Revocations
const tagged = tokenV1({}, [TAGGED], TAGGED);
const revoked = key => ({ store: { ...STORE, [key]: String(NOW + 1) } });
row('A revoked session', media(good, revoked(`s:${SID}`)), 'no.revoked', { keys: ['k:old', `s:${SID}`] });
row('A revoked account', media(tagged, revoked('a:Acc0untTag')), 'no.revoked', { keys: ['k:old', `s:${TAGGED}`, 'a:Acc0untTag'] });
row('A revoked session on a path of exc', caseOf({ uri: `/${good}/ads/a`, ...revoked(`s:${SID}`) }), 'no.revoked');
row('Sids cannot be read', media(good, { fail: ['s:'] }), `${ok}.unchecked`);
row('Sids cannot be read, and must be', media(good, { store: { 'k:old': keyV1({ rf: 1 }) }, fail: ['s:'] }), 'no.store');
row('Keys cannot be read', media(good, { fail: ['k:'] }), 'no.store', read);

table(rows);
