/** `/` goes to the search box, as long as nobody is typing. */
export function listenForSlash() {
  document.addEventListener('keydown', event => {
    const find = document.getElementById('find');
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || find === null || event.target.closest('input, textarea, select, [contenteditable]'))
      return;
    event.preventDefault();
    find.focus();
    find.select();
  });
}
