// The edge of Portcullis: one CloudFront Function (runtime 2.0, viewer request) that verifies playback tokens.
// It gives the same verdicts as Core/Tokens/TokenVerifier.cs. Store layout, log data and deployment: docs/edge.md.
// build.mjs strips comments and indentation into dist/portcullis.js, which is what is deployed (at most 10,240 bytes) and
// tested. Comments stand on lines of their own. The subset of JavaScript is the one njs 0.7.9 runs.
import cf from 'cloudfront';
import crypto from 'crypto';

const store = cf.kvs();

const MAX_LIFETIME = 86400;
const LEEWAY = 5;

// What a viewer is told, where that is not "invalid".
const TOLD = { missing: 'missing', expired: 'expired', path: 'path', viewer: 'viewer', revoked: 'revoked', store: 'unavailable' };

// Types of claims: number, string, list of strings, map of strings, boolean.
const V2 = { ver: 'n', iat: 'n', exp: 'n', nbf: 'n', sst: 'n', sid: 's', bind: 's', paths: 'l', exc: 'l', attr: 'l', headers: 'l', qs: 'l', opt: 'm' };
const V1 = { ver: '', exp: 'n', nbf: 'n', ip_ver: 'n', intsig: 's', paths: 'l', exc: 'l', headers: 'l', qs: 'l', ip: 'b', co: 'b', cty: 'b', reg: 'b', ssn: 'b', co_fallback: 'b', reg_fallback: 'b' };

const GEO = { co: 'country', reg: 'country-region', cty: 'city' };

async function handler(event) {
  const request = event.request;
  if (request.method === 'OPTIONS') {
    const preflight = { 'access-control-allow-methods': 'GET, HEAD, OPTIONS', 'access-control-allow-headers': '*', 'access-control-max-age': '86400' };
    return answer(204, 'No Content', preflight);
  }
  let verdict;
  try {
    verdict = await judge(event, Math.floor(Date.now() / 1000));
  } catch (e) {
    // A key record that is not what docs/edge.md says, or a fault in here: nobody passes unverified.
    verdict = { no: 'store' };
  }
  const no = verdict.no;
  if (!no) {
    cf.logCustomData('ok.' + (verdict.sid || '') + (verdict.unchecked ? '.unchecked' : ''));
    request.uri = verdict.rest;
    delete request.querystring.pt;
    return request;
  }
  cf.logCustomData('no.' + no);
  const headers = { 'cache-control': 'no-store', 'x-portcullis': TOLD[no] || 'invalid' };
  if (no === 'revoked')
    headers['x-portcullis-reference'] = verdict.sid.slice(-8);
  if (no === 'store')
    return answer(503, 'Service Unavailable', headers);
  return no === 'path' || no === 'viewer' || no === 'revoked' ? answer(403, 'Forbidden', headers) : answer(401, 'Unauthorized', headers);
}

function answer(status, text, values) {
  const headers = { 'access-control-allow-origin': { value: '*' }, 'access-control-expose-headers': { value: 'X-Portcullis, X-Portcullis-Reference' } };
  Object.keys(values).forEach(function (name) {
    headers[name] = { value: values[name] };
  });
  return { statusCode: status, statusDescription: text, headers: headers };
}

// `no` is the reason of a refusal; without it the request is accepted.
async function judge(event, now) {
  const request = event.request;
  let token = cut(request);
  let refuse;
  if (token.no === 'missing') {
    token = await cutSigned(request.uri);
  } else if (!token.no) {
    const keyId = keyIdOf(token.header);
    if (!keyId)
      return { no: 'malformed' };
    const record = await read('k:' + keyId);
    if (record === undefined)
      return { no: 'store' };
    const key = record === null ? {} : JSON.parse(record);
    if ((key.f !== 1 && key.f !== 2) || now >= key.na)
      return { no: 'key' };
    token.no = check(token, key, event, now);
    refuse = key.rf;
  }
  // The one place where revocations are looked up: the sid has verified.
  return token.no || !token.sid ? token : lookUp(token, refuse, now);
}

async function lookUp(token, refuse, now) {
  const sid = token.sid;
  const keys = ['s:' + sid];
  if (/^[A-Za-z0-9]{10}_./.test(sid))
    keys.push('a:' + sid.slice(0, 10));
  for (let i = 0; i < keys.length; i++) {
    const until = await read(keys[i]);
    if (until === null)
      continue;
    if (!/^\d+$/.test(until)) {
      if (refuse)
        return { no: 'store' };
      token.unchecked = true;
    } else if (now < Number(until)) {
      token.no = 'revoked';
      return token;
    }
  }
  return token;
}

// The value of a key; null when the store does not have it, undefined when it could not be read.
async function read(key) {
  try {
    const value = await store.get(key);
    return value;
  } catch (e) {
    if (/not ?(found|exist)/i.test(String(e)))
      return null;
  }
  // AWS documents that get() throws for a key the store does not have, but not how: an unknown text is not taken for either.
  try {
    const known = await store.exists(key);
    if (known === false)
      return null;
  } catch (e) {
    return undefined;
  }
}

function cut(request) {
  const uri = request.uri;
  const end = uri.indexOf('/', 1);
  const first = end > 1 && uri[0] === '/' ? uri.slice(1, end) : '';
  if (first.indexOf('.') >= 0)
    return cutParts(first, uri.slice(end));
  const pt = request.querystring.pt;
  if (!pt)
    return { no: 'missing' };
  return pt.multiValue && pt.multiValue.length > 1 ? { no: 'malformed' } : cutParts(pt.value, uri);
}

function cutParts(segment, rest) {
  const parts = segment.length > 4096 ? null : /^(?:([\w-]{1,64})\.)?([\w-]+)\.([\w-]+)\.([\w-]+)(?![\s\S])/.exec(segment);
  return parts ? { sid: parts[1], header: parts[2], payload: parts[3], signature: parts[4], rest: rest } : { no: 'malformed' };
}

// /<sid>/rest, whose signed URL or cookie CloudFront itself has verified.
async function cutSigned(uri) {
  const parts = /^\/([\w-]{12,64})(?=\/)/.exec(uri);
  if (!parts)
    return { no: 'missing' };
  const signed = await read('c:signed');
  if (signed !== '1')
    return { no: signed === undefined ? 'store' : 'missing' };
  const rest = uri.slice(parts[0].length);
  const path = decode(rest);
  return path === null || hasDots(path) ? { no: 'path' } : { sid: parts[1], rest: rest };
}

// Reads a part of a token strictly: canonical base64url, UTF-8, one JSON object. njs takes numbers and surrogates that JSON
// does not have, and no engine sees members given twice. A text that its own value is written as has none of that; any other
// is looked at without its strings.
function parse(part) {
  const text = Buffer.from(part, 'base64url').toString();
  if (text[0] !== '{' && !/^\s*\{/.test(text) || Buffer.from(text).toString('base64url') !== part)
    return null;
  let json;
  try {
    json = JSON.parse(text);
  } catch (e) {
    return null;
  }
  const escaped = text.indexOf('\\') >= 0;
  if (!escaped && JSON.stringify(json) === text && !/[:,[]-?\d+[.e]/.test(text))
    return { json: json };
  const bare = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '');
  if (/[^a-z\s\d{}[\]:,-]|\b0\d|\de/.test(bare))
    return null;
  if (escaped && /\\ud[89a-f]/i.test(text.replace(/\\\\/g, '').replace(/\\ud[89ab]..\\ud[c-f]../gi, '')))
    return null;
  return { json: json, members: bare.split(':').length - 1, escaped: escaped };
}

function keyIdOf(part) {
  const header = part.length > 342 ? null : parse(part);
  if (!header || header.escaped)
    return null;
  const json = header.json;
  if ((header.members || Object.keys(json).length) !== 3)
    return null;
  return json.alg === 'HS256' && json.typ === 'JWT' && typeof json.kid === 'string' && /^[\w-]{1,64}(?![\s\S])/.test(json.kid) ? json.kid : null;
}

function check(token, key, event, now) {
  const v2 = key.f === 2;
  const signed = token.header + '.' + token.payload;
  // SMDE takes no JWT of less than 60 characters.
  if (!v2 && signed.length + token.signature.length < 59)
    return 'malformed';
  if (!same(mac(v2 ? Buffer.from(key.s, 'base64url') : key.s, signed), token.signature))
    return 'signature';
  const payload = parse(token.payload);
  if (!payload || !isTyped(payload.json, v2 ? V2 : V1, !v2))
    return 'malformed';
  const claims = payload.json;
  const no = v2 ? checkV2(claims, payload.members, token, key, now) : checkTimesV1(claims, now);
  if (no)
    return no;
  let path = decode(token.rest);
  if (path === null || (!v2 && hasDots(path)))
    return 'path';
  path = withoutDots(path);
  if (key.p && key.p.length && !isUnderAny(path, key.p))
    return 'path';
  const admits = v2 ? isUnderAny : startsWithAny;
  if (!v2)
    path = token.rest;
  if (admits(path, claims.exc))
    return '';
  if (!admits(path, claims.paths))
    return 'path';
  const bound = v2 ? isBoundV2 : isBoundV1;
  return bound(claims, token.sid, key, event) ? '' : 'viewer';
}

function checkV2(claims, members, token, key, now) {
  const bindings = (claims.attr || []).concat(claims.headers || [], claims.qs || []).length;
  if (claims.ver !== 2 || claims.iat === undefined || claims.exp === undefined || claims.sid === undefined || !claims.paths)
    return 'malformed';
  if (bindings > 0 !== (claims.bind !== undefined) || (members && members !== Object.keys(claims).length + Object.keys(claims.opt || {}).length))
    return 'malformed';
  if (claims.sid !== token.sid)
    return 'session';
  if (claims.exp - claims.iat > (key.ml || MAX_LIFETIME) || claims.exp <= claims.iat)
    return 'lifetime';
  return now >= claims.exp ? 'expired' : claims.nbf > now + LEEWAY ? 'early' : '';
}

function checkTimesV1(claims, now) {
  if (!claims.paths || !claims.exc)
    return 'malformed';
  return now > claims.exp ? 'expired' : now < claims.nbf ? 'early' : '';
}

function isTyped(claims, types, open) {
  return Object.keys(claims).every(function (name) {
    const value = claims[name];
    const type = types[name];
    if (type === 'n')
      return typeof value === 'number' && value >= 0 && value <= 9007199254740992;
    if (type === 'l')
      return Array.isArray(value) && value.every(isString);
    if (type === 'm')
      return value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).every(function (key) { return isString(value[key]); });
    return type === 's' ? isString(value) : type === 'b' ? typeof value === 'boolean' : open && type === undefined;
  });
}

function isString(value) {
  return typeof value === 'string';
}

function isBoundV2(claims, sid, key, event) {
  const secret = Buffer.from(key.b, 'base64url');
  const attributes = claims.attr || [];
  if (claims.bind !== undefined) {
    let text = line('sid', sid);
    for (let i = 0; i < attributes.length; i++) {
      const value = attributeOf(event, attributes[i]);
      if (value === null)
        return false;
      text += line(attributes[i], value);
    }
    (claims.headers || []).forEach(function (name) { text += line('h.' + name, valueOf(event.request.headers, name)); });
    (claims.qs || []).forEach(function (name) { text += line('q.' + name, valueOf(event.request.querystring, name)); });
    if (!same(mac(secret, text), claims.bind))
      return false;
  }
  const optional = claims.opt || {};
  return Object.keys(optional).every(function (name) {
    const value = attributeOf(event, name);
    return value === null || same(mac(secret, line('opt', name) + line('sid', sid) + line(name, value)), optional[name]);
  });
}

function line(name, value) {
  return name + '=' + (value === null ? '-' : Buffer.byteLength(value) + ':' + value) + '\n';
}

// As SMDE's edge: a missing geo header with fallback skips all, and so does having nothing to join. A city is verified where the
// token was made with it: SMDE's library does, its edge leaves it out.
function isBoundV1(claims, sid, key, event) {
  const values = [];
  if (claims.ip) {
    const ip = attributeOf(event, 'ip');
    if (ip === null || claims.ip_ver !== (ip.indexOf(':') < 0 ? 4 : 6))
      return false;
    values.push(ip);
  }
  if (!claims.intsig)
    return true;
  const geo = ['co', 'reg'];
  let behindCountry = 0;
  for (let i = 0; i < 2; i++) {
    if (claims[geo[i]]) {
      const value = attributeOf(event, geo[i]);
      if (value === null)
        return claims[geo[i] + '_fallback'] === true;
      values.push(value);
    }
    if (!i)
      behindCountry = values.length;
  }
  if (claims.ssn) {
    if (!sid)
      return false;
    values.push(sid);
  }
  function add(names, from) {
    (names || []).forEach(function (name) {
      const value = valueOf(from, name);
      if (value !== null)
        values.push(value);
    });
  }
  add(claims.headers, event.request.headers);
  add(claims.qs, event.request.querystring);
  const text = values.join(':');
  if (text === '' || same(mac(key.s, text), claims.intsig))
    return true;
  const city = attributeOf(event, 'cty');
  values.splice(behindCountry, 0, city === null ? 'undefined' : city);
  return claims.cty === true && same(mac(key.s, values.join(':')), claims.intsig);
}

function attributeOf(event, name) {
  return name === 'ip' ? address(event.viewer.ip) : isString(GEO[name]) ? valueOf(event.request.headers, 'cloudfront-viewer-' + GEO[name]) : null;
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
  const parts = text.split('.');
  return parts.length === 4 && parts.every(function (part) { return Number(part) < 256 && String(Number(part)) === part; });
}

// A path, percent-decoded once; null when it could mean two things.
function decode(raw) {
  if (raw[0] !== '/' || raw.length > 8192 || /%2f|%5c|%00|[\\\x00]/i.test(raw))
    return null;
  try {
    return decodeURIComponent(raw);
  } catch (e) {
    return null;
  }
}

function hasDots(path) {
  return /\/\.\.?(?![^/])/.test(path);
}

// RFC 3986, section 5.2.4.
function withoutDots(path) {
  if (!hasDots(path))
    return path;
  const output = [];
  const segments = path.slice(1).split('/');
  segments.forEach(function (segment, i) {
    const dots = segment === '.' || segment === '..';
    if (segment === '..')
      output.pop();
    if (!dots)
      output.push(segment);
    else if (i === segments.length - 1)
      output.push('');
  });
  return '/' + output.join('/');
}

function isUnderAny(path, allowed) {
  return (allowed || []).some(function (one) {
    return one !== '' && path.startsWith(one) && (path.length === one.length || one.endsWith('/') || path[one.length] === '/');
  });
}

function startsWithAny(path, prefixes) {
  return (prefixes || []).some(function (prefix) { return path.startsWith(prefix); });
}

function mac(secret, text) {
  return crypto.createHmac('sha256', secret).update(text).digest('base64url');
}

function same(left, right) {
  let difference = left.length ^ right.length;
  for (let i = 0; i < left.length; i++)
    difference |= left.charCodeAt(i) ^ right.charCodeAt(i);
  return difference === 0;
}
