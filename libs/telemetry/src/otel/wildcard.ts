/** X-Ray's wildcards: `*` is any text, `?` any one character, case does not matter. Takes time in proportion to both lengths at most. */
export function wildcardMatch(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  let [at, star, retry] = [0, -1, 0];
  for (let place = 0; place < given.length;) {
    if (wanted[at] === '*') {
      star = at;
      retry = place;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      retry += 1;
      place = retry;
      at = star + 1;
    } else return false;
  }
  return /^\**$/.test(wanted.slice(at));
}
