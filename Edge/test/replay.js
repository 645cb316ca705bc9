// Turns a case (docs/edge.md) into a CloudFront event, calls the function, and tells what came of it. Runs under node and njs.
import cf from 'cloudfront';

function eventOf(one) {
  const headers = {};
  const given = one.headers || {};
  Object.keys(given).forEach(function (name) {
    if (given[name].length > 0)
      headers[name.toLowerCase()] = entryOf(given[name]);
  });
  const geo = { country: 'country', region: 'country-region', city: 'city' };
  Object.keys(geo).forEach(function (name) {
    if (one[name] !== undefined && one[name] !== null)
      headers['cloudfront-viewer-' + geo[name]] = { value: one[name] };
  });
  return {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: one.ip },
    request: { method: one.method || 'GET', uri: one.uri, querystring: queryOf(one.query || ''), headers: headers, cookies: {} },
  };
}

function entryOf(values) {
  return values.length === 1 ? { value: values[0] } : { value: values[0], multiValue: values.map(function (value) { return { value: value }; }) };
}

function queryOf(raw) {
  const values = {};
  raw.split('&').forEach(function (pair) {
    if (pair === '')
      return;
    const end = pair.indexOf('=');
    const name = end < 0 ? pair : pair.slice(0, end);
    if (!Object.prototype.hasOwnProperty.call(values, name))
      values[name] = [];
    values[name].push(end < 0 ? '' : pair.slice(end + 1));
  });
  const query = {};
  Object.keys(values).forEach(function (name) { query[name] = entryOf(values[name]); });
  return query;
}

async function replay(handler, one, all) {
  const double = cf.double;
  double.store = one.store || {};
  double.fail = one.fail || [];
  double.texts = one.texts || {};
  double.keys = [];
  double.asked = [];
  double.log = [];
  const clock = Date.now;
  Date.now = function () { return one.now * 1000; };
  const event = eventOf(one);
  let outcome;
  let thrown = null;
  try {
    outcome = await handler(event);
  } catch (e) {
    thrown = String(e);
  }
  Date.now = clock;
  const accepted = thrown === null && outcome.statusCode === undefined;
  const result = { id: one.id, status: 500, reason: 'thrown', log: double.log.length > 0 ? double.log.join('|') : null, uri: null, reads: double.keys.length };
  if (thrown === null) {
    const reason = accepted ? null : outcome.headers['x-portcullis'];
    result.status = accepted ? 200 : outcome.statusCode;
    result.reason = reason ? reason.value : 'ok';
    result.uri = accepted ? outcome.uri : null;
  }
  if (all) {
    result.thrown = thrown;
    result.keys = double.keys;
    result.asked = double.asked;
    result.answer = outcome;
  }
  return result;
}

export default { replay: replay };
