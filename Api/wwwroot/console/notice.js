/** Takes the notice out of the address, so that it is not told again on reload. */
export function forgetNotice() {
  const url = new URL(location.href);
  if (!url.searchParams.has('notice'))
    return;
  url.searchParams.delete('notice');
  history.replaceState(null, '', url);
}
