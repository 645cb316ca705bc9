// A function that reads what the event names from the store, and does nothing else: what reads alone cost. For bench.mjs.
import cf from 'cloudfront';

const store = cf.kvs();

async function handler(event) {
  for (let i = 0; i < event.keys.length; i++) {
    try {
      await store.get(event.keys[i]);
    } catch (e) {
      // The store does not have it.
    }
  }
  return event.request;
}
