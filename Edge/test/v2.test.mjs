import { deepEqual, equal } from 'node:assert/strict';
import { table, caseOf, media } from './engines.mjs';
import { HEADER, MEDIA, NOW, SID, STORE, TAGGED, binding, claimsV2, encode, keyV1, keyV2, mac, optional, rawV2, signed, tokenV2 } from './tokens.mjs';

const good = tokenV2();
const ok = `ok.${SID}`;
const none = { keys: [] };
const read = { keys: ['k:k1'] };
const verified = { keys: ['k:k1', `s:${SID}`] };
const rows = [];

function row(name, given, log, more = {}) {
  rows.push({ name: `${name}: ${log}`, given, log, ...more });
}

function claims(name, change, log, more) {
  row(name, media(tokenV2(change)), log, more);
}

function payload(name, text, log) {
  row(name, media(rawV2(text)), log);
}

// Carriage and form
row('A good token', media(good), ok, { uri: MEDIA, ...verified });
row('HEAD', media(good, { method: 'HEAD' }), ok, { uri: MEDIA });
row('No token', caseOf({ uri: MEDIA }), 'no.missing', none);
row('The root', caseOf({ uri: '/' }), 'no.missing', none);
row('Two slashes before the token', caseOf({ uri: `//${good}${MEDIA}` }), 'no.missing', none);
row('A token without a path', caseOf({ uri: `/${good}` }), 'no.missing', none);
row('An escaped sid', media(good.replace('B', '%42')), 'no.malformed', none);
row('A sid of 65 characters', media(`${'a'.repeat(65)}.${good.slice(SID.length + 1)}`), 'no.malformed', none);
row('A segment over 4,096 bytes', media(good + 'A'.repeat(4096)), 'no.malformed', none);
row('Two parts', media('a.b'), 'no.malformed', none);
row('Five parts', media(`x.${good}`), 'no.malformed', none);
row('An empty part', media(good.replace(/\.[^.]*$/, '.')), 'no.malformed', none);
row('A file name as first segment', caseOf({ uri: '/index.m3u8/x' }), 'no.malformed', none);
row('A token in the query', caseOf({ uri: MEDIA, query: `a=1&pt=${good}&b=2` }), ok, {
  uri: MEDIA, ...verified, also: ({ answer }) => deepEqual(answer.querystring, { a: { value: '1' }, b: { value: '2' } }),
});
row('Two tokens in the query', caseOf({ uri: MEDIA, query: `pt=${good}&pt=${good}` }), 'no.malformed', none);
row('An empty token in the query', caseOf({ uri: MEDIA, query: 'pt=' }), 'no.malformed', none);
row('Another parameter in upper case', caseOf({ uri: MEDIA, query: `PT=${good}` }), 'no.missing', none);
row('A token in the path wins', media(good, { query: 'pt=x&pt=y' }), ok, { uri: MEDIA });
row('A malformed path token wins', caseOf({ uri: `/a.b${MEDIA}`, query: `pt=${good}` }), 'no.malformed', none);

// Header
for (const [name, header] of [
  ['Another algorithm', { ...HEADER, alg: 'none' }], ['HS512', { ...HEADER, alg: 'HS512' }], ['Another type', { ...HEADER, typ: 'JWE' }], ['No type', { alg: 'HS256', kid: 'k1' }],
  ['A fourth member', { ...HEADER, x: 1 }], ['No key id', { alg: 'HS256', typ: 'JWT' }], ['A key id of another form', { ...HEADER, kid: 'a/b' }], ['A key id and a line end', { ...HEADER, kid: 'k1\n' }],
  ['A key id that is a number', { ...HEADER, kid: 1 }], ['A key id of 65 characters', { ...HEADER, kid: 'k'.repeat(65) }], ['An array', '[]'], ['null', 'null'], ['A number', '1'], ['No JSON', '{'],
  ['An escape', '{"\\u0061lg":"HS256","typ":"JWT","kid":"k1"}'], ['A member twice', '{"alg":"HS256","alg":"HS256","typ":"JWT","kid":"k1"}'], ['A prototype', '{"alg":"HS256","typ":"JWT","__proto__":{"kid":"k1"}}'],
  ['More than 256 bytes', JSON.stringify(HEADER) + ' '.repeat(256)], ['A byte order mark', '\ufeff' + JSON.stringify(HEADER)],
])
  row(`Header: ${name}`, media(tokenV2({}, header)), 'no.malformed', none);
row('Header: another order and spaces', media(tokenV2({}, '{ "kid":"k1",\n"typ":"JWT", "alg":"HS256" }')), ok);
row('Header: padding', media(good.replace('.', '.').replace(encode(JSON.stringify(HEADER)), encode(JSON.stringify(HEADER)) + 'A')), 'no.malformed', none);

// Keys
row('An unknown key', media(tokenV2({}, { ...HEADER, kid: 'other' })), 'no.key', { keys: ['k:other'] });
row('A key at its end', media(good, { store: { 'k:k1': keyV2({ na: NOW }) } }), 'no.key', read);
row('A key before its end', media(good, { store: { 'k:k1': keyV2({ na: NOW + 1 }) } }), ok);
row('A key of format 3', media(good, { store: { 'k:k1': keyV2({ f: 3 }) } }), 'no.key', read);
row('A key that is no JSON', media(good, { store: { 'k:k1': '{' } }), 'no.store', read);
row('A key without secrets', media(good, { store: { 'k:k1': '{"f":2}' } }), 'no.store', read);
row('A v2 token under a v1 key', media(tokenV2({}, { ...HEADER, kid: 'old' })), 'no.signature');
row('The same secret in a v1 key', media(`${SID}.${signed({ ...HEADER, kid: 'old' }, JSON.stringify(claimsV2()), 'secret1_value_to_replace')}`), 'no.malformed');
row('A key that may admit the path', media(good, { store: { 'k:k1': keyV2({ p: ['/vod', '/live'] }) } }), ok);
row('A key that may not admit the path', media(good, { store: { 'k:k1': keyV2({ p: ['/vod', '/live/one/v'] }) } }), 'no.path', read);
row('A key without paths admits all', media(good, { store: { 'k:k1': keyV2({ p: [] }) } }), ok);

// Signature
row('A signature of another key', media(`${SID}.${signed(HEADER, JSON.stringify(claimsV2()), Buffer.alloc(32, 9))}`), 'no.signature', read);
row('A signature cut short', media(good.slice(0, -1)), 'no.signature', read);
row('A signature with more behind it', media(good + 'A'), 'no.signature', read);

// Payload
row('Another sid in front', media('x' + good), 'no.session', read);
row('No sid in front', media(good.slice(SID.length + 1)), 'no.session', read);
for (const name of ['ver', 'iat', 'exp', 'sid', 'paths'])
  payload(`No ${name}`, JSON.stringify(claimsV2({ [name]: undefined })), 'no.malformed');
for (const [name, value] of [
  ['ver', 1], ['ver', '2'], ['iat', -1], ['iat', 1.5], ['iat', '1'], ['iat', null], ['exp', true], ['exp', null], ['exp', 1e300], ['nbf', 'x'], ['nbf', null], ['sst', []], ['sid', 1], ['sid', null], ['paths', '/'], ['paths', [1]],
  ['paths', null], ['paths', {}], ['exc', [null]], ['attr', 'ip'], ['headers', [['a']]], ['qs', {}], ['bind', 1], ['bind', null], ['opt', []], ['opt', null], ['opt', { co: 1 }], ['opt', 'co'], ['x', 1], ['constructor', 1], ['toString', []],
])
  payload(`${name} as ${JSON.stringify(value)}`, JSON.stringify({ ...claimsV2(), [name]: value }), 'no.malformed');
const text = JSON.stringify(claimsV2());
for (const [name, changed] of [
  ['nothing', ''], ['an array', '[]'], ['null', 'null'], ['a text', '"a"'], ['a comma too many', text.replace('}', ',}')], ['more behind it', text + 'x'], ['two objects', text + text], ['a claim twice', text.replace('{', '{"ver":2,')],
  ['a prototype', text.replace('{', '{"__proto__":{},')], ['a leading zero', text.replace('"ver":2', '"ver":02')], ['a fraction', text.replace('"ver":2', '"ver":2.0')], ['an exponent', text.replace('"ver":2', '"ver":2e0')],
  ['an exponent in upper case', text.replace('"ver":2', '"ver":2E0')], ['a plus', text.replace('"ver":2', '"ver":+2')], ['a fraction alone', text.replace('"ver":2', '"ver":2,"nbf":.5')], ['a lone surrogate', text.replace('/live', '\\ud800')],
  ['a lone low surrogate', text.replace('/live', '\\uDC00x')], ['a surrogate behind a pair', text.replace('/live', '\\ud83d\\ude00\\ude00')], ['a byte order mark', '\ufeff' + text], ['a tab in a text', text.replace('/live', '/\tlive')],
  ['a comma too many in a list', text.replace(']', ',]')], ['a comma too few in a list', text.replace('["', '["/a""')], ['a leading zero behind others', text.replace('"iat":', '"nbf":1,"iat":0')],
  ['a claim twice at the end', text.replace('}', ',"exc":[],"exc":[]}')], ['opt with a comma too many', text.replace('}', ',"opt":{"co":"a",}}')], ['a number of 20 digits', text.replace('}', ',"nbf":10000000000000000000}')],
  ['a comment', text + '/* */'], ['single quotes', text.replaceAll('"', "'")], ['bytes that are no UTF-8', Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xff]), Buffer.from('"]}')])],
])
  payload(`A payload with ${name}`, changed, 'no.malformed');
payload('A line end behind it', text + '\n', ok);
payload('Another order', JSON.stringify(Object.fromEntries(Object.entries(claimsV2({ exc: [], nbf: 0, sst: 0, opt: {} })).reverse())), ok);
payload('Names that are no ASCII', text.replace(']', ',"/k\u00f6ln","/\u{1f600}"]'), ok);
payload('Hundreds of paths', text.replace('[', `[${'"/",'.repeat(500)}`), ok);
payload('Hundreds of paths and a fault', text.replace('[', `[${'"/",'.repeat(500)}`).replace(']', ',1]'), 'no.malformed');
payload('Spaces', text.replaceAll(',', ' ,\n\t').replaceAll(':', ' : '), ok);
payload('Minus zero', text.replace('}', ',"nbf":-0}'), ok);
payload('Escapes', text.replace('/live', '\\/l\\u0069ve').replace('"ver"', '"v\\u0065r"'), ok);
payload('An escaped pair', text.replace(']', ',"\\ud83d\\ude00"]'), ok);
payload('An escaped backslash before u', text.replace(']', ',"\\\\ud800"]'), ok);
payload('A colon and an escaped quote in a text', text.replace(']', ',"a:\\":{[0x1.5"]'), ok);
row('A payload that is not canonical', media(nonCanonical()), 'no.malformed');

// Times
claims('At exp', { iat: NOW - 10, exp: NOW }, 'no.expired', read);
claims('A second before exp', { iat: NOW - 10, exp: NOW + 1 }, ok);
claims('Of a day', { exp: NOW + 86400 }, ok);
claims('Of more than a day', { exp: NOW + 86401 }, 'no.lifetime');
claims('That began in 1970', { iat: 0 }, 'no.lifetime');
claims('Of millions of years', { exp: 9_007_199_254_740_992 }, 'no.lifetime');
claims('Ending as it begins', { exp: NOW }, 'no.lifetime');
claims('Ending before it begins', { iat: NOW + 10, exp: NOW + 5 }, 'no.lifetime');
claims('nbf 5 s ahead', { nbf: NOW + 5 }, ok);
claims('nbf 6 s ahead', { nbf: NOW + 6 }, 'no.early');
claims('sst long ago', { sst: 1 }, ok);
row('A key that admits an hour', media(good, { store: { 'k:k1': keyV2({ ml: 3600 }) } }), ok);
row('A key that admits less', media(good, { store: { 'k:k1': keyV2({ ml: 3599 }) } }), 'no.lifetime');

// Paths
for (const [rest, log] of [
  ['/live/one', ok], ['/live/one/', ok], ['/live/one1', 'no.path'], ['/live/on', 'no.path'], ['/live/%6fne/a', ok], ['/live//one', 'no.path'], ['/live/./one/x', ok], ['/live/one/../two', 'no.path'], ['/live/two/../one/a', ok],
  ['/live/one/%2e%2e/two', 'no.path'], ['/live/one/..', 'no.path'], ['/live/one/.', ok], ['/../live/one', ok], ['/live/one/...', ok], ['/live/one/.a', ok], ['/live/one/a%2fb', 'no.path'], ['/live/one/a%2Fb', 'no.path'], ['/live/one/a%5cb', 'no.path'],
  ['/live/one/a\\b', 'no.path'], ['/live/one/%00', 'no.path'], ['/live/one/%252f', ok], ['/live/one/%', 'no.path'], ['/live/one/%4', 'no.path'], ['/live/one/%zz', 'no.path'], ['/live/one/%ff', 'no.path'], ['/live/one/%c0%af', 'no.path'],
  ['/live/one/%ed%a0%80', 'no.path'], ['/live/one/%f4%90%80%80', 'no.path'], ['/live/one/%F0%9F%98%80', ok], ['/live/one/é', ok], ['/', 'no.path'], ['/LIVE/one', 'no.path'],
])
  row(`Path ${rest}`, caseOf({ uri: `/${good}${rest}` }), log, log === ok ? { uri: rest } : read);
row('An empty entry of paths', media(tokenV2({ paths: [''] })), 'no.path');
row('All paths', media(tokenV2({ paths: ['/'] })), ok);
row('No paths', media(tokenV2({ paths: [] })), 'no.path');
row('A path over 8,192 bytes', caseOf({ uri: `/${good}/live/one/${'a'.repeat(8192)}` }), 'no.path');

// Viewer
const all = { attr: ['ip', 'co', 'reg', 'cty'], headers: ['user-agent', 'x-none'], qs: ['device'] };
const values = [['ip', '203.0.113.7'], ['co', 'DE'], ['reg', 'BE'], ['cty', 'Köln'], ['h.user-agent', 'A,B'], ['h.x-none', null], ['q.device', 'a%20b,']];
const viewer = { country: 'DE', region: 'BE', city: 'Köln', headers: { 'user-agent': ['A', 'B'] }, query: 'device=a%20b&x=1&device' };
const bound = tokenV2({ ...all, bind: binding(values) });
row('Bound to all', media(bound, viewer), ok);
for (const [name, change] of [
  ['address', { ip: '203.0.113.8' }], ['country', { country: 'FR' }], ['no country', { country: null }], ['region', { region: 'BW' }], ['no region', { region: null }], ['city', { city: 'Koln' }], ['no city', { city: null }],
  ['header', { headers: { 'user-agent': ['A'] } }], ['no header', { headers: {} }], ['a header that was absent', { headers: { 'user-agent': ['A', 'B'], 'x-none': [''] } }], ['parameter', { query: 'device=a%20b' }], ['decoded parameter', { query: 'device=a b&device' }],
  ['no parameter', { query: '' }], ['no address', { ip: '' }],
])
  row(`Bound to all, another viewer: ${name}`, media(bound, { ...viewer, ...change }), 'no.viewer', read);
row('Bound, on a path of exc', media(tokenV2({ ...all, bind: 'x', exc: ['/live/one/v1'] })), ok);
row('exc outside paths', caseOf({ uri: `/${tokenV2({ exc: ['/ads'] })}/ads/a` }), ok);
row('exc outside the key’s paths', caseOf({ uri: `/${tokenV2({ exc: ['/ads'] })}/ads/a`, store: { 'k:k1': keyV2({ p: ['/live'] }) } }), 'no.path');
claims('attr without bind', { attr: ['ip'] }, 'no.malformed');
claims('headers without bind', { headers: ['a'] }, 'no.malformed');
claims('qs without bind', { qs: ['a'] }, 'no.malformed');
claims('bind without anything', { bind: 'x' }, 'no.malformed');
claims('Empty lists without bind', { attr: [], headers: [], qs: [], exc: [] }, ok);
claims('An attribute that is none', { attr: ['moon'], bind: binding([['moon', null]]) }, 'no.viewer');
claims('A bind that is no MAC', { attr: ['ip'], bind: 'ü' }, 'no.viewer');
claims('A header named as a method of objects', { headers: ['constructor'], bind: binding([['h.constructor', null]]) }, ok);
const opt = { opt: { co: optional('co', 'DE'), cty: optional('cty', 'Köln') } };
row('Optional, as minted', media(tokenV2(opt), { country: 'DE', city: 'Köln' }), ok);
row('Optional, absent', media(tokenV2(opt)), ok);
row('Optional, one absent and one other', media(tokenV2(opt), { country: 'FR' }), 'no.viewer', read);
row('Optional, unknown', media(tokenV2({ opt: { moon: 'x', constructor: 'y' } })), ok);
row('Optional, one twice', media(rawV2(text.replace('}', ',"opt":{"co":"a","co":"b"}}'))), 'no.malformed');
for (const [ip, canonical] of [
  ['2001:db8::1', '2001:0db8:0000:0000:0000:0000:0000:0001'], ['2001:DB8:0:0:0:0:0:1', '2001:0db8:0000:0000:0000:0000:0000:0001'], ['::', '0000:0000:0000:0000:0000:0000:0000:0000'], ['::1', '0000:0000:0000:0000:0000:0000:0000:0001'],
  ['fe80::', 'fe80:0000:0000:0000:0000:0000:0000:0000'], ['1:2:3:4:5:6:7::', '0001:0002:0003:0004:0005:0006:0007:0000'], ['::ffff:203.0.113.7', '203.0.113.7'], ['::FFFF:cb00:7107', '203.0.113.7'], ['64:ff9b::192.0.2.1', '0064:ff9b:0000:0000:0000:0000:c000:0201'],
  ['0.0.0.0', '0.0.0.0'],
])
  row(`Address ${ip}`, media(tokenV2({ attr: ['ip'], bind: binding([['ip', canonical]]) }), { ip }), ok);
for (const ip of ['1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', ':::', '12345::', 'g::1', '[::1]', 'fe80::1%1', '1::2:3:4:5:6:7:8', '1.2.3', '1.2.3.256', '1.2.3.04', '1.2.3.4.5', ' 1.2.3.4', '0x1.2.3.4', 'x', '::1\n'])
  row(`No address ${JSON.stringify(ip)}`, media(tokenV2({ attr: ['ip'], bind: binding([['ip', ip]]) }), { ip }), 'no.viewer');

// Revocations
const tagged = tokenV2({ sid: TAGGED });
const three = { keys: ['k:k1', `s:${TAGGED}`, 'a:Acc0untTag'] };
const reference = { also: ({ answer }) => equal(answer.headers['x-portcullis-reference'].value, 'H9jK2mN5p'.slice(-8)) };
const until = (key, value) => ({ store: { ...STORE, [key]: String(value) } });
row('With an account tag', media(tagged), `ok.${TAGGED}`, three);
row('A revoked session', media(good, until(`s:${SID}`, NOW + 1)), 'no.revoked', { ...verified, ...reference });
row('A revocation that has ended', media(good, until(`s:${SID}`, NOW)), ok, verified);
row('A revoked account', media(tagged, until('a:Acc0untTag', NOW + 1)), 'no.revoked', { ...three, ...reference });
row('A revoked session of an account', media(tagged, until(`s:${TAGGED}`, NOW + 1)), 'no.revoked', { keys: three.keys.slice(0, 2) });
row('Another account', media(tagged, until('a:Acc0untTaG', NOW + 1)), `ok.${TAGGED}`);
for (const sid of ['Acc0untTag_', 'Acc_untTag_aB3d', 'Acc0untT-g_aB3d', 'Acc0untTa-_a', 'Acc0untTa_ga', 'Acc0untTagg_a'])
  row(`No account tag in ${sid}`, media(tokenV2({ sid })), `ok.${sid}`, { keys: ['k:k1', `s:${sid}`] });
row('A short account tag’s sid', media(tokenV2({ sid: 'Acc0untTag_x' })), 'ok.Acc0untTag_x', { keys: ['k:k1', 's:Acc0untTag_x', 'a:Acc0untTag'] });
row('A revoked session with a bad signature', media(good.slice(0, -1), until(`s:${SID}`, NOW + 1)), 'no.signature', read);
row('A revoked session that has expired', media(tokenV2({ iat: NOW - 9, exp: NOW - 1 }), until(`s:${SID}`, NOW + 1)), 'no.expired', read);
row('The reference of a short sid', media(tokenV2({ sid: 'abc' }), until('s:abc', NOW + 1)), 'no.revoked', { also: ({ answer }) => equal(answer.headers['x-portcullis-reference'].value, 'abc') });

// A store that fails
row('Keys cannot be read', media(tagged, { fail: ['k:'] }), 'no.store', { keys: ['k:k1'] });
row('Sids cannot be read', media(tagged, { fail: ['s:'] }), `ok.${TAGGED}.unchecked`, three);
row('Accounts cannot be read', media(tagged, { fail: ['a:'] }), `ok.${TAGGED}.unchecked`, three);
row('Neither can be read', media(tagged, { fail: ['s:', 'a:'] }), `ok.${TAGGED}.unchecked`, three);
row('Sids cannot be read, the account is revoked', media(tagged, { ...until('a:Acc0untTag', NOW + 1), fail: ['s:'] }), 'no.revoked', three);
row('A revocation that is no number', media(good, until(`s:${SID}`, 'soon')), `${ok}.unchecked`, verified);
const strict = { store: { 'k:k1': keyV2({ rf: 1 }) } };
row('Sids cannot be read, and must be', media(tagged, { ...strict, fail: ['s:'] }), 'no.store', { keys: three.keys.slice(0, 2) });
row('Accounts cannot be read, and must be', media(tagged, { ...strict, fail: ['a:'] }), 'no.store', three);
row('Nothing fails, and revocations must be read', media(tagged, strict), `ok.${TAGGED}`, three);
for (const missing of ['KeyNotFound', 'Key not found', 'The key does not exist', 'key notFound: k:k1'])
  row(`Missing keys are told by “${missing}”`, media(tagged, { texts: { missing } }), `ok.${TAGGED}`, { also: ({ asked }) => deepEqual(asked, []) });
row('Missing keys are told by a text that nobody knows', media(tagged, { texts: { missing: 'nope' } }), `ok.${TAGGED}`, { also: ({ asked }) => deepEqual(asked, three.keys.slice(1)) });
row('A missing key is told by a text that nobody knows', media(good, { store: {}, texts: { missing: 'nope' } }), 'no.key', { also: ({ asked }) => deepEqual(asked, ['k:k1']) });

// Signed URLs and cookies
const signedUrls = { ...STORE, 'c:signed': '1' };
const on = (uri, more = {}) => caseOf({ uri, store: signedUrls, ...more });
row('A sid alone, signed URLs off', caseOf({ uri: `/${SID}${MEDIA}` }), 'no.missing', { keys: ['c:signed'] });
row('A sid alone, signed URLs said to be 0', caseOf({ uri: `/${SID}${MEDIA}`, store: { 'c:signed': '0' } }), 'no.missing', { keys: ['c:signed'] });
row('A sid alone', on(`/${SID}${MEDIA}`), ok, { uri: MEDIA, keys: ['c:signed', `s:${SID}`] });
row('A sid with an account', on(`/${TAGGED}${MEDIA}`), `ok.${TAGGED}`, { uri: MEDIA, keys: ['c:signed', ...three.keys.slice(1)] });
row('A revoked sid alone', on(`/${SID}${MEDIA}`, { store: { ...signedUrls, [`s:${SID}`]: String(NOW + 1) } }), 'no.revoked', reference);
row('A sid of 11 characters', on(`/abcdefghijk${MEDIA}`), 'no.missing', none);
row('A sid of 65 characters alone', on(`/${'a'.repeat(65)}${MEDIA}`), 'no.missing', none);
row('A sid without a path', on(`/${SID}`), 'no.missing', none);
row('A sid before dot segments', on(`/${SID}/live/one/../two`), 'no.path', { keys: ['c:signed'] });
row('A sid before a path of two meanings', on(`/${SID}/live%2fone`), 'no.path', { keys: ['c:signed'] });
row('The setting cannot be read', on(`/${SID}${MEDIA}`, { fail: ['c:'] }), 'no.store', { keys: ['c:signed'] });
row('A sid alone that cannot be looked up', on(`/${SID}${MEDIA}`, { fail: ['s:'] }), `${ok}.unchecked`, { uri: MEDIA });
row('A sid and a token in the query', on(`/${SID}${MEDIA}`, { query: `pt=${tokenV2({ paths: ['/'] })}` }), ok, { uri: `/${SID}${MEDIA}` });

// Answers
const refusal = reason => ({
  also: ({ answer }) => {
    const { 'x-portcullis-reference': _, ...headers } = answer.headers;
    deepEqual(headers, {
      'access-control-allow-origin': { value: '*' }, 'access-control-expose-headers': { value: 'X-Portcullis, X-Portcullis-Reference' }, 'cache-control': { value: 'no-store' }, 'x-portcullis': { value: reason },
    });
  },
});
row('Answer', caseOf({ uri: '/' }), 'no.missing', refusal('missing'));
row('Answer', media(good.slice(0, -1)), 'no.signature', refusal('invalid'));
row('Answer', media(good, until(`s:${SID}`, NOW + 1)), 'no.revoked', refusal('revoked'));
row('Answer', media(good, { fail: ['k:'] }), 'no.store', refusal('unavailable'));
row('OPTIONS', media('x.y', { method: 'OPTIONS' }), null, {
  ...none, also: ({ answer, status }) => {
    equal(status, 204);
    deepEqual(Object.fromEntries(Object.entries(answer.headers).map(([name, { value }]) => [name, value])), {
      'access-control-allow-origin': '*', 'access-control-expose-headers': 'X-Portcullis, X-Portcullis-Reference', 'access-control-allow-methods': 'GET, HEAD, OPTIONS', 'access-control-allow-headers': '*', 'access-control-max-age': '86400',
    });
  },
});

table(rows);

// A payload whose last character has unused bits set, properly signed.
function nonCanonical() {
  let claims = text;
  while (Buffer.byteLength(claims) % 3 === 0)
    claims = claims.replace('{', '{ ');
  const encoded = encode(claims).replace(/.$/, last => String.fromCharCode(last.charCodeAt(0) + 1));
  const covered = `${encode(JSON.stringify(HEADER))}.${encoded}`;
  return `${SID}.${covered}.${mac(Buffer.alloc(32, 1), covered)}`;
}
