// Mints tokens for tests, by node's own crypto and independently of the function.
import { createHmac } from 'node:crypto';

export const NOW = 1_800_000_000;
export const SID = 'aB3dE6gH9jK2mN5p';
export const TAGGED = 'Acc0untTag_aB3dE6gH9jK2mN5p';
export const MEDIA = '/live/one/v1/seg-1.m4s';

const sign = Buffer.alloc(32, 1);
const bind = Buffer.alloc(32, 2);
const secret = 'secret1_value_to_replace';

/** What the store holds: key `k1` of format 2, key `old` of format 1. */
export const STORE = { 'k:k1': keyV2(), 'k:old': keyV1() };

export function keyV2(more = {}) {
  return JSON.stringify({ f: 2, s: sign.toString('base64url'), b: bind.toString('base64url'), ...more });
}

export function keyV1(more = {}) {
  return JSON.stringify({ f: 1, s: secret, ...more });
}

export function mac(key, text) {
  return createHmac('sha256', key).update(text).digest('base64url');
}

export function encode(text) {
  return Buffer.from(text).toString('base64url');
}

/** Signs a header and a payload, given as they shall stand in the token; payloads may be bytes. */
export function signed(header, payload, key = sign) {
  const text = `${encode(typeof header === 'string' ? header : JSON.stringify(header))}.${encode(payload)}`;
  return `${text}.${mac(key, text)}`;
}

export const HEADER = { alg: 'HS256', typ: 'JWT', kid: 'k1' };

export function claimsV2(more = {}) {
  return { ver: 2, iat: NOW, exp: NOW + 3600, sid: SID, paths: ['/live/one'], ...more };
}

/** A v2 token's segment; undefined claims are left out. */
export function tokenV2(more = {}, header = HEADER) {
  const claims = claimsV2(more);
  return `${claims.sid}.${signed(header, JSON.stringify(claims))}`;
}

/** A v2 payload as text that may say anything. */
export function rawV2(payload, sid = SID) {
  return `${sid}.${signed(HEADER, payload)}`;
}

function line(name, value) {
  return value === null ? `${name}=-\n` : `${name}=${Buffer.byteLength(value)}:${value}\n`;
}

/** The attribute MAC over pairs of name and value, behind the sid. */
export function binding(pairs, sid = SID) {
  return mac(bind, line('sid', sid) + pairs.map(([name, value]) => line(name, value)).join(''));
}

/** The MAC of one optional attribute. */
export function optional(name, value, sid = SID) {
  return mac(bind, line('opt', name) + line('sid', sid) + line(name, value));
}

/** A v1 token's segment, with the values that `intsig` covers. Claims in the order of SMDE's library, others at the end. */
export function tokenV1(more = {}, values = [SID], sid = SID) {
  const none = undefined;
  const claims = {
    ip: false, co: false, cty: false, reg: false, ssn: true, exp: NOW + 3600, headers: [], qs: [], intsig: none, paths: ['/live/one/'], exc: ['/ads/'], ip_ver: none, co_fallback: none, reg_fallback: none, nbf: none, iat: NOW, ...more,
  };
  if (values !== null)
    claims.intsig = mac(secret, values.join(':'));
  return `${sid === null ? '' : sid + '.'}${signed({ ...HEADER, kid: 'old' }, JSON.stringify(claims), secret)}`;
}
