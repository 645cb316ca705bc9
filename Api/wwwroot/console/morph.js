// Changes an element into another of the same name with as few touches as possible: what somebody has opened, typed or
// focused stays as it is. Children with data-key are matched by it, others by their place.

// What the page's user decides, and figures that arrive by event.
const KEPT_ATTRIBUTES = new Set(['open', 'value']);

export function morph(old, next) {
  if (old.hasAttribute?.('data-tile'))
    return;
  syncAttributes(old, next);
  const keyed = new Map([...old.children].filter(child => child.dataset.key).map(child => [child.dataset.key, child]));
  let at = old.firstChild;
  for (const wanted of [...next.childNodes]) {
    const key = wanted.dataset?.key;
    const match = key !== undefined ? keyed.get(key) : at !== null && alike(at, wanted) ? at : undefined;
    if (match === undefined) {
      const added = document.importNode(wanted, true);
      if (key !== undefined)
        added.classList.add('arrived');
      old.insertBefore(added, at);
      continue;
    }
    if (match === at)
      at = at.nextSibling;
    else
      old.insertBefore(match, at);
    if (match.nodeType === Node.ELEMENT_NODE)
      morph(match, wanted);
    else if (match.data !== wanted.data)
      match.data = wanted.data;
  }
  while (at !== null) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function alike(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName && one.dataset?.key === other.dataset?.key;
}

function syncAttributes(old, next) {
  for (const { name, value } of [...next.attributes]) {
    if (!KEPT_ATTRIBUTES.has(name) && old.getAttribute(name) !== value)
      old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!KEPT_ATTRIBUTES.has(name) && !next.hasAttribute(name))
      old.removeAttribute(name);
  }
}
