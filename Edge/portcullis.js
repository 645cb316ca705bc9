// The edge of Portcullis: one CloudFront Function (runtime 2.0, viewer request) that verifies playback tokens.
// It gives the same verdicts as Core/Tokens/TokenVerifier.cs. Store layout, log data and deployment: docs/edge.md.
// build.mjs strips comments and indentation into dist/portcullis.js, which is what is deployed (at most 10,240 bytes) and
// tested. Comments stand on lines of their own. The subset of JavaScript is the one njs 0.7.9 runs.
import cf from 'cloudfront';
import crypto from 'crypto';

const store = cf.kvs();

const MAX_LIFETIME = 86400;
const LEEWAY = 5;

// Claims in the order in which they are minted, and what a mint writes of them (of ASCII without escapes). That pattern is their type
// check. `iat` of v1 may be anything, `ver` nothing.
const CLAIMS_V2 = 'ver iat exp nbf sst sid paths exc attr headers qs bind opt';
const CLAIMS_V1 = 'ver ip co cty reg ssn exp headers qs intsig paths exc ip_ver co_fallback reg_fallback nbf';
const MINTED_V2 = /^\{"ver":2,"iat":(?:0|[1-9]\d{0,15}),"exp":(?:0|[1-9]\d{0,15})(?:,"nbf":(?:0|[1-9]\d{0,15}))?(?:,"sst":(?:0|[1-9]\d{0,15}))?,"sid":"[ !#-[\]-~]*","paths":\[(?:"[ !#-[\]-~]*",?)*\](?:,"exc":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"attr":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"headers":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"qs":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"bind":"[ !#-[\]-~]*")?(?:,"opt":\{(?:"[ !#-[\]-~]*":"[ !#-[\]-~]*",?)*\})?\}$/;
const MINTED_V1 = /^\{(?:"(?:ip|co|cty|reg|ssn)":(?:true|false),)*(?:"exp":-?(?:0|[1-9]\d{0,17}),)?(?:"(?:headers|qs)":\[(?:"[ !#-[\]-~]*",?)*\],)*(?:"intsig":"[ !#-[\]-~]*",)?"paths":\[(?:"[ !#-[\]-~]*",?)*\],"exc":\[(?:"[ !#-[\]-~]*",?)*\](?:,"(?:(?:ip_ver|nbf|iat)":-?(?:0|[1-9]\d{0,17})|(?:co|reg)_fallback":(?:true|false)))*\}$/;

const GEO = { co: 'cloudfront-viewer-country', reg: 'cloudfront-viewer-country-region', cty: 'cloudfront-viewer-city' };

// njs makes a pattern anew wherever its literal is evaluated: those that every request needs are made here. search() is cheaper than
// test(), which makes captures.
const SEGMENT = /^\/(?:([\w-]{1,64})\.)?(([\w-]+)\.([\w-]+))\.([\w-]+)(?=\/)/;
const NAME = /^[\w-]{1,64}(?![\s\S])/;
const TAGGED = /^[A-Za-z0-9]{10}_./;
const MISSING = /not ?(found|exist)/i;
const IPV4 = /^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.){4}$/;

// {"alg":"HS256","typ":"JWT","kid": in base64url: 33 bytes, so what follows is encoded on its own.
const USUAL = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6';

// How canonical base64url of a text that ends in `}` ends, by its length modulo 4: bits left over are 0.
const ENDS = ['', '.', 'Q', '0'];

// Two MACs side by side, for same(): 43 characters each in 44 bytes, the last of which stays 0.
const words = new Uint32Array(22);
const pair = Buffer.from(words.buffer);

async function handler(event) {
  const request = event.request;
  if (request.method === 'OPTIONS') {
    const preflight = { 'access-control-allow-methods': 'GET, HEAD, OPTIONS', 'access-control-allow-headers': '*', 'access-control-max-age': '86400' };
    return answer(204, 'No Content', preflight);
  }
  let token;
  try {
    const now = Math.floor(Date.now() / 1000);
    token = cut(request);
    // Under njs another async function costs as much as a short MAC, so all that waits in a good request is in here.
    while (token.ask) {
      let value = null, failure = '';
      try {
        value = await store.get(token.ask);
      } catch (e) {
        failure = String(e) || '-';
      }
      // AWS documents that get() throws for a key the store does not have, but not how: an unknown text is not taken for either.
      if (failure && failure.search(MISSING) < 0)
        value = await probe(token.ask);
      proceed(token, value, event, now);
    }
  } catch (e) {
    // A key record that is not what docs/edge.md says, or a fault in here: nobody passes unverified.
    token = { no: 'store' };
  }
  const no = token.no;
  if (!no) {
    cf.logCustomData('ok.' + (token.sid || '') + (token.unchecked ? '.unchecked' : ''));
    request.uri = token.rest;
    if (request.querystring.pt)
      delete request.querystring.pt;
    return request;
  }
  cf.logCustomData('no.' + no);
  const told = 'missing expired path viewer revoked'.indexOf(no) >= 0 ? no : no === 'store' ? 'unavailable' : 'invalid';
  const headers = { 'cache-control': 'no-store', 'x-portcullis': told };
  if (no === 'revoked')
    headers['x-portcullis-reference'] = token.sid.slice(-8);
  if (no === 'store')
    return answer(503, 'Service Unavailable', headers);
  return 'path viewer revoked'.indexOf(no) >= 0 ? answer(403, 'Forbidden', headers) : answer(401, 'Unauthorized', headers);
}

function answer(status, text, values) {
  const headers = { 'access-control-allow-origin': { value: '*' }, 'access-control-expose-headers': { value: 'X-Portcullis, X-Portcullis-Reference' } };
  for (const name in values)
    headers[name] = { value: values[name] };
  return { statusCode: status, statusDescription: text, headers: headers };
}

// null when the store does not have the key, undefined when that is not known.
async function probe(key) {
  try {
    const known = await store.exists(key);
    return known === false ? null : undefined;
  } catch (e) {
    return undefined;
  }
}

// Takes in the value that `token.ask` named: null when the store does not have it, undefined when it could not be read. Says in
// `ask` which one is read next, if any, and in `no` why the request is refused, if it is.
function proceed(token, value, event, now) {
  const kind = token.ask[0];
  token.ask = '';
  if (kind === 'k') {
    // Throws where the key could not be read, which is `store`.
    const key = value === null ? {} : JSON.parse(value);
    token.strict = key.rf;
    token.no = (key.f !== 1 && key.f !== 2) || now >= key.na ? 'key' : check(token, key, event, now);
  } else if (kind === 'c') {
    const path = decode(token.rest);
    token.no = value === undefined ? 'store' : value !== '1' ? 'missing' : path === null || hasDots(path) ? 'path' : '';
  } else if (value !== null) {
    if (/^\d+$/.test(value))
      token.no = now < Number(value) ? 'revoked' : '';
    else if (token.strict)
      token.no = 'store';
    else
      token.unchecked = true;
  }
  // The one place where revocations are looked up: the sid has verified.
  const sid = token.sid;
  if (!token.no && sid && kind !== 'a')
    token.ask = kind !== 's' ? 's:' + sid : sid[10] === '_' && sid.search(TAGGED) === 0 ? 'a:' + sid.slice(0, 10) : '';
}

function cut(request) {
  const uri = request.uri, parts = SEGMENT.exec(uri);
  if (parts)
    return tokenOf(parts, uri.slice(parts[0].length));
  const first = /^\/([^/]+)\//.exec(uri), pt = request.querystring.pt;
  if (first && first[1].indexOf('.') >= 0)
    return { no: 'malformed' };
  if (pt) {
    const inQuery = pt.multiValue && pt.multiValue.length > 1 ? null : SEGMENT.exec('/' + pt.value + '/');
    return inQuery && inQuery[0].length === pt.value.length + 1 ? tokenOf(inQuery, uri) : { no: 'malformed' };
  }
  // /<sid>/rest, whose signed URL or cookie CloudFront itself has verified.
  return first && first[1].length >= 12 && NAME.test(first[1]) ? { ask: 'c:signed', sid: first[1], rest: uri.slice(first[1].length + 1) } : { no: 'missing' };
}

function tokenOf(parts, rest) {
  const keyId = parts[0].length > 4097 ? null : keyIdOf(parts[3]);
  return keyId ? { ask: 'k:' + keyId, sid: parts[1], signed: parts[2], payload: parts[4], signature: parts[5], rest: rest } : { no: 'malformed' };
}

// The text of a part of a token, which is canonical base64url of UTF-8; else null.
function textOf(part) {
  const text = Buffer.from(part, 'base64url').toString();
  return Buffer.from(text).toString('base64url') === part ? text : null;
}

// The same at less cost, where what is found is ASCII and ends in `}`.
function asciiOf(part) {
  const bytes = Buffer.from(part, 'base64url'), text = bytes.toString();
  return bytes.length === text.length && part.endsWith(ENDS[part.length % 4]) ? text : '';
}

function keyIdOf(part) {
  if (part.startsWith(USUAL)) {
    const text = asciiOf(part.slice(44)), keyId = text.slice(1, -2);
    if (text === '"' + keyId + '"}' && keyId.search(NAME) === 0)
      return keyId;
  }
  const header = part.length > 342 ? null : parse(textOf(part));
  if (!header || header.escaped || header.members !== 3)
    return null;
  const json = header.json;
  return json.alg === 'HS256' && json.typ === 'JWT' && isString(json.kid) && NAME.test(json.kid) ? json.kid : null;
}

// Claims of known names have their types, those that must be there are, and in v2 there are no others and none twice; else null.
function claimsOf(part, v2) {
  const text = asciiOf(part), minted = v2 ? MINTED_V2 : MINTED_V1;
  if (text.search(minted) === 0) {
    try {
      const claims = JSON.parse(text);
      if (claims.opt === undefined || text.endsWith(JSON.stringify(claims.opt) + '}'))
        return claims;
    } catch (e) {
      return null;
    }
  }
  // Not as a mint writes it: it may still be JSON, and is judged as a mint would have written it.
  const object = parse(textOf(part));
  if (!object)
    return null;
  const claims = object.json;
  const written = [];
  (v2 ? CLAIMS_V2 : CLAIMS_V1).split(' ').forEach(function (name) {
    if (claims[name] !== undefined)
      written.push('"' + name + '":' + JSON.stringify(claims[name]));
  });
  if (v2 && object.members !== written.length + Object.keys(claims.opt || {}).length)
    return null;
  return ('{' + written.join(',') + '}').replace(/\\.|[^ -~]/g, '').search(minted) === 0 ? claims : null;
}

// One JSON object. njs takes numbers and surrogates that JSON does not have, and no engine sees members given twice: so the text is
// looked at without its strings, too.
function parse(text) {
  if (text === null || !/^\s*\{/.test(text))
    return null;
  let json;
  try {
    json = JSON.parse(text);
  } catch (e) {
    return null;
  }
  const escaped = text.indexOf('\\') >= 0;
  const bare = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '');
  if (/[^a-z\s\d{}[\]:,-]|\b0\d|\de/.test(bare))
    return null;
  if (escaped && /\\ud[89a-f]/i.test(text.replace(/\\\\/g, '').replace(/\\ud[89ab]..\\ud[c-f]../gi, '')))
    return null;
  return { json: json, members: bare.split(':').length - 1, escaped: escaped };
}

function check(token, key, event, now) {
  const v2 = key.f === 2, signed = token.signed;
  // SMDE takes no JWT of less than 60 characters.
  if (!v2 && signed.length + token.signature.length < 59)
    return 'malformed';
  if (!same(mac(v2 ? Buffer.from(key.s, 'base64url') : key.s, signed), token.signature))
    return 'signature';
  const claims = claimsOf(token.payload, v2);
  if (!claims)
    return 'malformed';
  const no = v2 ? checkV2(claims, token, key, now) : now > claims.exp ? 'expired' : now < claims.nbf ? 'early' : '';
  if (no)
    return no;
  let path = decode(token.rest);
  const dots = path !== null && hasDots(path);
  if (path === null || (dots && !v2))
    return 'path';
  if (dots)
    path = withoutDots(path);
  if (key.p && key.p.length && !isUnderAny(path, key.p))
    return 'path';
  if (v2 ? isUnderAny(path, claims.exc) : startsWithAny(token.rest, claims.exc))
    return '';
  if (!(v2 ? isUnderAny(path, claims.paths) : startsWithAny(token.rest, claims.paths)))
    return 'path';
  return (v2 ? isBoundV2(claims, token.sid, key, event) : isBoundV1(claims, token.sid, key, event)) ? '' : 'viewer';
}

function checkV2(claims, token, key, now) {
  if (holds(claims.attr) || holds(claims.headers) || holds(claims.qs) ? claims.bind === undefined : claims.bind !== undefined)
    return 'malformed';
  if (claims.sid !== token.sid)
    return 'session';
  if (claims.exp - claims.iat > (key.ml || MAX_LIFETIME) || claims.exp <= claims.iat)
    return 'lifetime';
  return now >= claims.exp ? 'expired' : claims.nbf > now + LEEWAY ? 'early' : '';
}

function holds(list) {
  return list !== undefined && list.length > 0;
}

function isString(value) {
  return typeof value === 'string';
}

function isBoundV2(claims, sid, key, event) {
  const secret = Buffer.from(key.b, 'base64url');
  const ours = line('sid', sid);
  if (claims.bind !== undefined) {
    const attributes = claims.attr || [];
    let text = ours;
    for (let i = 0; i < attributes.length; i++) {
      const value = attributeOf(event, attributes[i]);
      if (value === null)
        return false;
      text += line(attributes[i], value);
    }
    text += lines('h.', claims.headers, event.request.headers) + lines('q.', claims.qs, event.request.querystring);
    if (!same(mac(secret, text), claims.bind))
      return false;
  }
  if (claims.opt === undefined)
    return true;
  const names = Object.keys(claims.opt);
  for (let i = 0; i < names.length; i++) {
    const value = attributeOf(event, names[i]);
    if (value !== null && !same(mac(secret, line('opt', names[i]) + ours + line(names[i], value)), claims.opt[names[i]]))
      return false;
  }
  return true;
}

function line(name, value) {
  return name + '=' + (value === null ? '-' : Buffer.byteLength(value) + ':' + value) + '\n';
}

function lines(kind, names, map) {
  let text = '';
  for (let i = 0; names && i < names.length; i++)
    text += line(kind + names[i], valueOf(map, names[i]));
  return text;
}

// As SMDE's edge: a missing geo header with fallback skips all, and so does having nothing to join. A city is verified where the
// token was made with it: SMDE's library does, its edge leaves it out.
function isBoundV1(claims, sid, key, event) {
  const headers = event.request.headers;
  // Before and behind the city, each value with a colon in front.
  let before = '', behind = '';
  if (claims.ip) {
    const ip = address(event.viewer.ip);
    if (ip === null || claims.ip_ver !== (ip.indexOf(':') < 0 ? 4 : 6))
      return false;
    before = ':' + ip;
  }
  if (!claims.intsig)
    return true;
  if (claims.co) {
    const country = attributeOf(event, 'co');
    if (country === null)
      return claims.co_fallback === true;
    before += ':' + country;
  }
  if (claims.reg) {
    const region = attributeOf(event, 'reg');
    if (region === null)
      return claims.reg_fallback === true;
    behind = ':' + region;
  }
  if (claims.ssn) {
    if (!sid)
      return false;
    behind += ':' + sid;
  }
  behind += joined(claims.headers, headers) + joined(claims.qs, event.request.querystring);
  const text = (before + behind).slice(1);
  if (text === '' || same(mac(key.s, text), claims.intsig))
    return true;
  const city = attributeOf(event, 'cty');
  return claims.cty === true && same(mac(key.s, (before + ':' + (city === null ? 'undefined' : city) + behind).slice(1)), claims.intsig);
}

function joined(names, map) {
  let text = '';
  for (let i = 0; names && i < names.length; i++) {
    const value = valueOf(map, names[i]);
    if (value !== null)
      text += ':' + value;
  }
  return text;
}

function attributeOf(event, name) {
  return name === 'ip' ? address(event.viewer.ip) : isString(GEO[name]) ? valueOf(event.request.headers, GEO[name]) : null;
}

// The raw value of a header or parameter, repeats joined; null when the request does not have it.
function valueOf(map, name) {
  const entry = map[name];
  if (!entry || !isString(entry.value))
    return null;
  return entry.multiValue ? entry.multiValue.map(function (one) { return one.value; }).join(',') : entry.value;
}

// Dotted decimals, or 8 groups of 4 lower-case hexadecimal digits; null for what is no address.
function address(text) {
  text = text || '';
  if (text.indexOf(':') < 0)
    return isIPv4(text) ? text : null;
  const dotted = text.slice(text.lastIndexOf(':') + 1);
  if (isIPv4(dotted)) {
    const n = dotted.split('.').map(Number);
    text = text.slice(0, -dotted.length) + (n[0] * 256 + n[1]).toString(16) + ':' + (n[2] * 256 + n[3]).toString(16);
  }
  const halves = text.split('::');
  let groups = groupsOf(halves[0]);
  if (halves.length > 1) {
    const tail = groupsOf(halves[1]);
    do
      groups.push('0');
    while (groups.length + tail.length < 8);
    groups = groups.concat(tail);
  }
  if (halves.length > 2 || groups.length !== 8 || !groups.every(function (group) { return /^[\da-f]{1,4}(?![\s\S])/i.test(group); }))
    return null;
  const full = groups.map(function (group) { return ('000' + group).slice(-4).toLowerCase(); }).join(':');
  if (full.indexOf('0000:0000:0000:0000:0000:ffff:') !== 0)
    return full;
  const high = parseInt(groups[6], 16), low = parseInt(groups[7], 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function groupsOf(text) {
  return text === '' ? [] : text.split(':');
}

function isIPv4(text) {
  return (text + '.').search(IPV4) === 0;
}

// A path, percent-decoded once; null when it could mean two things.
function decode(raw) {
  if (raw[0] !== '/' || raw.length > 8192 || raw.indexOf('\\') >= 0 || raw.indexOf('\x00') >= 0)
    return null;
  if (raw.indexOf('%') < 0)
    return raw;
  try {
    return /%(2f|5c|00)/i.test(raw) ? null : decodeURIComponent(raw);
  } catch (e) {
    return null;
  }
}

function hasDots(path) {
  return path.indexOf('/.') >= 0 && /\/\.\.?(?![^/])/.test(path);
}

// RFC 3986, section 5.2.4.
function withoutDots(path) {
  const output = [];
  const segments = path.split('/');
  segments.forEach(function (segment, i) {
    const dots = segment === '.' || segment === '..';
    if (segment === '..' && output.length > 1)
      output.pop();
    if (!dots)
      output.push(segment);
    else if (i === segments.length - 1)
      output.push('');
  });
  return output.join('/');
}

function isUnderAny(path, allowed) {
  for (let i = 0; allowed && i < allowed.length; i++) {
    const one = allowed[i];
    if (one !== '' && path.startsWith(one) && (path.length === one.length || one.endsWith('/') || path[one.length] === '/'))
      return true;
  }
  return false;
}

function startsWithAny(path, prefixes) {
  for (let i = 0; i < prefixes.length; i++) {
    if (path.startsWith(prefixes[i]))
      return true;
  }
  return false;
}

function mac(secret, text) {
  return crypto.createHmac('sha256', secret).update(text).digest('base64url');
}

// Whether a MAC, of 43 characters, is what was presented; takes as long wherever they differ.
function same(expected, given) {
  pair.write(expected, 0, 43);
  pair.write(given, 44, 43);
  let difference = given.length ^ 43;
  for (let i = 0; i < 11; i++)
    difference |= words[i] ^ words[i + 11];
  return difference === 0;
}
