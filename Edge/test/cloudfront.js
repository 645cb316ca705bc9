// A strict double of CloudFront's module `cloudfront`, in memory. Runs under node and njs.
// `double` is for tests alone: what the store holds, which reads fail, what was read and logged.
const double = { store: {}, fail: [], texts: {}, keys: [], asked: [], log: [] };

// Made once: under njs 0.7.9 an error made in an async function takes the longer the more calls there were.
const FAILED = new Error('Internal error');
const MISSING = new Error('KeyNotFound');

function take(key) {
  if (typeof key !== 'string' || key.length === 0 || Buffer.byteLength(key) > 512)
    throw new Error('A key is a text of 1 to 512 bytes.');
  if (double.fail.some(function (prefix) { return key.startsWith(prefix); }))
    throw FAILED;
  return Object.prototype.hasOwnProperty.call(double.store, key) ? String(double.store[key]) : null;
}

async function get(key) {
  double.keys.push(key);
  const value = find(key);
  return value;
}

function find(key) {
  const value = take(key);
  if (value === null)
    throw double.texts.missing ? new Error(double.texts.missing) : MISSING;
  return value;
}

async function exists(key) {
  double.asked.push(key);
  const value = take(key);
  return value !== null;
}

function kvs() {
  return { get: get, exists: exists };
}

function logCustomData(text) {
  if (typeof text !== 'string' || Buffer.byteLength(text) > 800)
    throw new Error('Log data is a text of at most 800 bytes.');
  double.log.push(text);
}

export default { kvs: kvs, logCustomData: logCustomData, double: double };
